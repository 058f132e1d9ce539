//! How often a client tries again, and how long it waits in between.

use std::time::Duration;

/// When to try again after a failure, and when to give up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included. Default: 5.
    pub attempts: u32,
    /// How long to wait before the first retry. Default: 200 ms.
    pub first_wait: Duration,
    /// No wait is longer than this. Default: 2 s.
    pub longest_wait: Duration,
    /// How many steps lead from `first_wait` to `longest_wait`. Default: 3; 0 means no ramp.
    pub ramp: u32,
}

impl RetryPolicy {
    /// The runbook's policy, also as a constant.
    const RUNBOOK: Self = Self {
        attempts: 5,
        first_wait: Duration::from_millis(200),
        longest_wait: Duration::from_secs(2),
        ramp: 3,
    };

    /// How long to wait before retry number `retry`, counted from 1. `None` means: give up.
    pub fn wait_before(&self, retry: u32) -> Option<Duration> {
        (retry < self.attempts).then(|| match retry {
            0 => Duration::ZERO,
            _ => self
                .ramped(retry - 1)
                .unwrap_or(self.longest_wait)
                .min(self.longest_wait),
        })
    }

    /// `None` where the arithmetic has no answer; the longest wait is the answer then.
    fn ramped(&self, steps: u32) -> Option<Duration> {
        let span = self.longest_wait.checked_sub(self.first_wait)?;
        let step = span.checked_div(self.ramp)?;
        self.first_wait.checked_add(step.checked_mul(steps)?)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::RUNBOOK
    }
}
