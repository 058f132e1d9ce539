//! How often a client tries again, and how long it waits in between.

use std::time::Duration;

/// When to try again after a failure, and when to give up.
///
/// The first wait is `first_wait`. Each following wait is one step longer, and after `ramp` steps the
/// waits have grown to `longest_wait`, where they stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included.
    pub attempts: u32,
    /// How long to wait before the first retry.
    pub first_wait: Duration,
    /// No wait is longer than this.
    pub longest_wait: Duration,
    /// How many steps lead from `first_wait` to `longest_wait`.
    pub ramp: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(2),
            ramp: 3,
        }
    }
}

impl RetryPolicy {
    /// How long to wait before retry number `retry`, counted from 1. `None` means: give up, the
    /// attempts are used up. Before the first attempt (`retry` 0) there is nothing to wait for.
    pub fn wait_before(&self, retry: u32) -> Option<Duration> {
        if retry >= self.attempts {
            return None;
        }
        if retry == 0 {
            return Some(Duration::ZERO);
        }
        let step = (self.longest_wait - self.first_wait) / self.ramp;
        let wait = self.first_wait + step * (retry - 1);
        Some(wait.min(self.longest_wait))
    }
}
