//! How much is allowed.

use std::time::Duration;

/// So many at once, and one more after each step of time.
#[derive(Debug, Clone)]
pub struct Rate {
    /// How long it takes until one more is allowed. Not zero.
    pub every: Duration,
    /// How many are allowed at once.
    pub burst: u32,
}

impl Rate {
    /// `burst` at once, and one more after each `every`.
    ///
    /// # Panics
    ///
    /// Panics if `every` is zero.
    pub fn new(every: Duration, burst: u32) -> Self {
        assert!(!every.is_zero(), "a rate needs a step of time, not zero");
        Self { every, burst }
    }

    /// How many are due after this time.
    pub fn due(&self, elapsed: Duration) -> u128 {
        elapsed.as_nanos() / self.every.as_nanos()
    }
}
