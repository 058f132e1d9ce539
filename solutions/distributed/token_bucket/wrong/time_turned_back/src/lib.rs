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
/// A bucket is the time that it holds, and when that was.
pub struct Limiter<K> {
    limit: Limit,
    buckets: HashMap<K, (Duration, Duration)>,
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
            sweep_above: SMALL,
        }
    }

    /// A request of `key` that costs so many tokens, at `now`, a reading of a monotonic clock.
    pub fn take(&mut self, key: &K, cost: u32, now: Duration) -> Decision {
        let Limit { burst, every } = self.limit;
        if cost > burst {
            return Decision::Never;
        }
        let empty = every * burst;
        let (filled, refilled) = self.buckets.get(key).copied().unwrap_or((empty, now));
        // Not below zero, should the clock be behind.
        let filled = empty.min(filled + now.saturating_sub(refilled));
        let price = every * cost;
        if filled < price {
            self.remember(key, (filled, now));
            return Decision::Refused {
                retry_after: price - filled,
            };
        }
        self.remember(key, (filled - price, now));
        let left = (filled - price).as_nanos() / every.as_nanos();
        Decision::Allowed {
            left: u32::try_from(left).expect("no more than `burst`"),
        }
    }

    /// How many keys are remembered.
    pub fn keys(&self) -> usize {
        self.buckets.len()
    }

    fn remember(&mut self, key: &K, bucket: (Duration, Duration)) {
        if self.buckets.len() >= self.sweep_above {
            let (_, now) = bucket;
            let empty = self.limit.every * self.limit.burst;
            self.buckets
                .retain(|_, (filled, refilled)| *refilled + (empty - *filled) > now);
            self.sweep_above = SMALL.max(2 * self.buckets.len());
        }
        self.buckets.insert(key.clone(), bucket);
    }
}
