//! How often, how long, how many.

use std::time::Duration;

/// How jobs are worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How many are worked on at the same time.
    pub workers: usize,
    /// For how long a job is claimed. It is extended for as long as its worker lives, so this is how long a job waits
    /// after its worker has crashed.
    pub lease: Duration,
    /// How long one attempt may take.
    pub limit: Duration,
    /// How often a job is tried.
    pub attempts: u32,
    /// The most that a job waits after the first attempt. After each further one it is twice as much.
    pub first_wait: Duration,
    /// The most that a job waits at all.
    pub most_wait: Duration,
    /// How often to look for jobs that nobody has announced: those whose wait or lease is over, and those that came
    /// from another process.
    pub poll: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            workers: 4,
            lease: Duration::from_secs(30),
            limit: Duration::from_secs(60),
            attempts: 8,
            first_wait: Duration::from_secs(1),
            most_wait: Duration::from_secs(300),
            poll: Duration::from_millis(250),
        }
    }
}

impl Policy {
    /// The most that a job waits after this attempt. How much it really is, up to that, is left to chance (AWS calls it
    /// full jitter): jobs that have failed together come back apart.
    pub(super) fn longest_wait(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.first_wait.saturating_mul(doubled).min(self.most_wait)
    }
}
