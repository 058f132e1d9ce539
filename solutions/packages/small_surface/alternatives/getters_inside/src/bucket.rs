//! What one key has left.

use std::time::Duration;

use crate::rate::Rate;

/// The tokens of one key.
#[derive(Debug)]
pub(crate) struct Bucket {
    tokens: u32,
    filled_at: Duration,
}

impl Bucket {
    pub(crate) fn full(rate: &Rate, now: Duration) -> Self {
        Self {
            tokens: rate.burst(),
            filled_at: now,
        }
    }

    /// Takes one token and tells how many are left, or when the next one is due.
    pub(crate) fn take(&mut self, rate: &Rate, now: Duration) -> Result<u32, Duration> {
        self.refill(rate, now);
        match self.tokens.checked_sub(1) {
            Some(left) => {
                self.tokens = left;
                Ok(left)
            }
            None => Err((self.filled_at + rate.every()).saturating_sub(now)),
        }
    }

    /// Adds the tokens that are due.
    fn refill(&mut self, rate: &Rate, now: Duration) {
        let due = rate.due(now - self.filled_at);
        let missing = rate.burst() - self.tokens;
        if due >= u128::from(missing) {
            *self = Self::full(rate, now);
        } else {
            // Below `missing`, so it is a u32.
            let due = due as u32;
            self.tokens += due;
            self.filled_at += rate.every() * due;
        }
    }
}
