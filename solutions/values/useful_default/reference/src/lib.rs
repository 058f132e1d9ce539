//! How often a client tries again, and how long it waits in between.

use std::time::Duration;

/// When to try again after a failure, and when to give up.
///
/// The first wait is `first_wait`. Each following wait is one step longer, and after `ramp` steps the
/// waits have grown to `longest_wait`, where they stay.
///
/// Every combination of values is safe; the defaults are the runbook's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included. Default: 5. With 0 or 1 nothing is tried again.
    pub attempts: u32,
    /// How long to wait before the first retry. Default: 200 ms.
    pub first_wait: Duration,
    /// No wait is longer than this, not even the first. Default: 2 s.
    pub longest_wait: Duration,
    /// How many steps lead from `first_wait` to `longest_wait`. Default: 3. With 0 there is no ramp:
    /// every wait is the longest.
    pub ramp: u32,
}

// By hand, because zero is wrong for all four fields: a derived default would never retry.
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
        let Some(steps) = retry.checked_sub(1) else {
            return Some(Duration::ZERO);
        };
        // From the last step on, which with a ramp of zero is the first: dividing happens below
        // this line only, where `ramp` is at least one.
        if steps >= self.ramp {
            return Some(self.longest_wait);
        }
        // Fields come from different people by struct update, so the longest wait may be below
        // the first. Then the span is empty, and `min` has the last word.
        let span = self.longest_wait.saturating_sub(self.first_wait);
        let wait = self.first_wait + span / self.ramp * steps;
        Some(wait.min(self.longest_wait))
    }
}
