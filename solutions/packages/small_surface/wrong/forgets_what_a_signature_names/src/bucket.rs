//! What one key has left.

use std::time::Duration;

use crate::rate::Rate;

/// The tokens of one key.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) tokens: u32,
    pub(crate) filled_at: Duration,
}

impl Bucket {
    pub(crate) fn full(rate: &Rate, now: Duration) -> Self {
        Self {
            tokens: rate.burst,
            filled_at: now,
        }
    }

    /// Adds the tokens that are due.
    pub(crate) fn refill(&mut self, rate: &Rate, now: Duration) {
        let due = rate.due(now - self.filled_at);
        let missing = rate.burst - self.tokens;
        if due >= u128::from(missing) {
            *self = Self::full(rate, now);
        } else {
            // Below `missing`, so it is a u32.
            let due = due as u32;
            self.tokens += due;
            self.filled_at += rate.every * due;
        }
    }
}
