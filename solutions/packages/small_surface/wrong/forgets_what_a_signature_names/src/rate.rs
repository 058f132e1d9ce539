//! How much is allowed.

use std::time::Duration;

/// So many at once, and one more after each step of time.
#[derive(Debug, Clone)]
pub struct Rate {
    // Not zero. `new` sees to that for other crates, which can't write this field; this crate divides by it.
    pub(crate) every: Duration,
    pub(crate) burst: u32,
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
    pub(crate) fn due(&self, elapsed: Duration) -> u128 {
        elapsed.as_nanos() / self.every.as_nanos()
    }
}
