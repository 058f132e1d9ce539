//! Limits how often each key may do something.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

/// How much is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The tokens of a full bucket. A key begins with so many. Not zero.
    pub burst: u32,
    /// A bucket that is not full gains a token in each such time, evenly. Not zero.
    pub every: Duration,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It may go on, and its tokens are gone.
    Allowed {
        /// Whole tokens in the bucket now.
        left: u32,
    },
    /// Not now. Nothing was taken.
    Refused {
        /// After exactly this time the same request is allowed, if nobody takes a token before.
        retry_after: Duration,
    },
    /// It asks for more than a full bucket holds, so it is never allowed. Nothing was taken.
    Never,
}

/// A bucket for each key.
///
/// A bucket is a number of tokens with fractions, and when that was.
pub struct Limiter<K> {
    limit: Limit,
    buckets: HashMap<K, (f64, Duration)>,
    /// The latest reading that was seen.
    latest: Duration,
    /// With more keys than this, it is time to look for full buckets.
    sweep_above: usize,
}

/// A sweep of fewer keys than these is not worth its while.
const SMALL: usize = 256;

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// All buckets are full.
    pub fn new(limit: Limit) -> Self {
        Self {
            limit,
            buckets: HashMap::new(),
            latest: Duration::ZERO,
            sweep_above: SMALL,
        }
    }

    /// A request of `key` that costs so many tokens, at `now`, a reading of a monotonic clock.
    pub fn take(&mut self, key: &K, cost: u32, now: Duration) -> Decision {
        self.latest = self.latest.max(now);
        let now = self.latest;
        let Limit { burst, every } = self.limit;
        if cost > burst {
            return Decision::Never;
        }
        let full = f64::from(burst);
        let (tokens, refilled) = self.buckets.get(key).copied().unwrap_or((full, now));
        let gained = (now - refilled).as_secs_f64() / every.as_secs_f64();
        let tokens = (tokens + gained).min(full);
        let missing = f64::from(cost) - tokens;
        if missing > 0.0 {
            return Decision::Refused {
                retry_after: every.mul_f64(missing),
            };
        }
        self.remember(key, (tokens - f64::from(cost), now));
        Decision::Allowed {
            left: (tokens - f64::from(cost)) as u32,
        }
    }

    /// How many keys are remembered.
    pub fn keys(&self) -> usize {
        self.buckets.len()
    }

    fn remember(&mut self, key: &K, bucket: (f64, Duration)) {
        if self.buckets.len() >= self.sweep_above {
            let now = self.latest;
            let Limit { burst, every } = self.limit;
            self.buckets.retain(|_, (tokens, refilled)| {
                let full_in = every.mul_f64(f64::from(burst) - *tokens);
                *refilled + full_in > now
            });
            self.sweep_above = SMALL.max(2 * self.buckets.len());
        }
        self.buckets.insert(key.clone(), bucket);
    }
}
