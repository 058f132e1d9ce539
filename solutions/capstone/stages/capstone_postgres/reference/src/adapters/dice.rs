//! The machine's randomness.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::ports::Dice;

/// Chance that differs from process to process. To keep jobs apart it is good enough; it keeps no secrets.
#[derive(Debug, Default)]
pub struct SystemDice {
    /// std's own random keys. What they make of a counter can't be told from chance here.
    keys: RandomState,
    thrown: AtomicU64,
}

impl Dice for SystemDice {
    fn up_to(&self, limit: Duration) -> Duration {
        let number = self
            .keys
            .hash_one(self.thrown.fetch_add(1, Ordering::Relaxed));
        // A share of the limit in 53 bits, which is all that a float holds.
        limit.mul_f64((number >> 11) as f64 / ((1_u64 << 53) - 1) as f64)
    }
}
