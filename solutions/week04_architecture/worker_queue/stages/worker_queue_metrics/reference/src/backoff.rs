//! How long to wait before the next attempt.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

/// Where chance comes from.
pub trait Random: Send + Sync + 'static {
    /// Each of 0 to `most` as likely as any other.
    fn up_to(&self, most: u64) -> u64;
}

/// Chance by the keys that std draws for its maps: good enough to spread calls, and for no secret.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn up_to(&self, most: u64) -> u64 {
        let drawn = RandomState::new().build_hasher().finish();
        // The upper half of the product: no remainder, which small numbers would be likelier to be, and no zero to divide by.
        let scaled = (u128::from(drawn) * (u128::from(most) + 1)) >> 64;
        u64::try_from(scaled).unwrap_or(most)
    }
}

/// Pauses that double from `base` to `cap`, with full jitter: any length up to that is as likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
}

impl Backoff {
    pub const fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap }
    }

    /// The longest pause after the failure of that attempt, of which the first is 1.
    pub fn longest(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1);
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        self.base.saturating_mul(factor).min(self.cap)
    }

    /// A pause after the failure of that attempt, in whole milliseconds.
    pub fn pause(&self, attempt: u32, random: &dyn Random) -> Duration {
        let longest = self.longest(attempt).as_millis();
        let longest = u64::try_from(longest).unwrap_or(u64::MAX);
        Duration::from_millis(random.up_to(longest))
    }
}
