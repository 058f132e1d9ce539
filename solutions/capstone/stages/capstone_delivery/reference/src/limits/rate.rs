//! How much, how often.

use std::time::Duration;

/// A bucket's size, and how long it takes to fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    burst: u32,
    refill: Duration,
}

impl Rate {
    /// A bucket of `burst` units, which fills within `refill` from empty, evenly.
    ///
    /// `None` if that is no unit, or less than a nanosecond for each.
    pub fn new(burst: u32, refill: Duration) -> Option<Self> {
        let possible = burst > 0 && refill.as_nanos() >= u128::from(burst);
        possible.then_some(Self { burst, refill })
    }

    /// The units of a full bucket.
    pub fn burst(self) -> u32 {
        self.burst
    }

    /// How long an empty bucket takes to fill.
    pub fn refill(self) -> Duration {
        self.refill
    }

    /// How long a unit takes to come back.
    pub(super) fn every(self) -> Duration {
        self.refill / self.burst
    }
}
