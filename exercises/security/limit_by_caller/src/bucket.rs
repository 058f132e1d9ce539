//! How often one caller may ask. This file is finished.

use std::time::Duration;

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests at once.
    pub burst: u32,
    /// One more after each of these.
    pub every: Duration,
}

/// What a caller has left, as the time at which it has everything again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    full_at: Duration,
}

impl Bucket {
    /// A full one. Times are since any moment that is the same for all.
    #[must_use]
    pub fn full(now: Duration) -> Self {
        Self { full_at: now }
    }

    /// Takes one request out.
    ///
    /// # Errors
    ///
    /// How long to wait, if none is left.
    pub fn take(&mut self, now: Duration, rate: Rate) -> Result<(), Duration> {
        let full_at = self.full_at.max(now) + rate.every;
        let too_late = now + rate.every * rate.burst;
        if full_at > too_late {
            return Err(full_at - too_late);
        }
        self.full_at = full_at;
        Ok(())
    }

    /// Whether nothing would change if this were forgotten.
    #[must_use]
    pub fn is_full(&self, now: Duration) -> bool {
        self.full_at <= now
    }
}
