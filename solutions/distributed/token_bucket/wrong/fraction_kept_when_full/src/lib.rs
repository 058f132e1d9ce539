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
pub struct Limiter<K> {
    limit: Limit,
    buckets: HashMap<K, Bucket>,
    latest: Duration,
    sweep_above: usize,
}

struct Bucket {
    tokens: u32,
    refilled: Duration,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// All buckets are full.
    pub fn new(limit: Limit) -> Self {
        Self {
            limit,
            buckets: HashMap::new(),
            latest: Duration::ZERO,
            sweep_above: 500,
        }
    }

    /// A request of `key` that costs so many tokens, at `now`, a reading of a monotonic clock.
    pub fn take(&mut self, key: &K, cost: u32, now: Duration) -> Decision {
        if cost > self.limit.burst {
            return Decision::Never;
        }
        if self.buckets.len() > self.sweep_above {
            let Limit { burst, every } = self.limit;
            self.buckets.retain(|_, bucket| {
                let full = bucket.refilled + every * (burst - bucket.tokens);
                full > now
            });
            self.sweep_above = 500.max(2 * self.buckets.len());
        }
        let bucket = self.buckets.entry(key.clone()).or_insert(Bucket {
            tokens: self.limit.burst,
            refilled: now,
        });
        self.latest = self.latest.max(now);
        let elapsed = self.latest - bucket.refilled;
        let every = self.limit.every.as_nanos();
        let rest = elapsed.as_nanos() % every;
        let gained = u32::try_from(elapsed.as_nanos() / every).unwrap_or(u32::MAX);
        bucket.tokens = bucket.tokens.saturating_add(gained).min(self.limit.burst);
        let rest = Duration::from_nanos(rest as u64);
        bucket.refilled = self.latest - rest;
        if bucket.tokens < cost {
            let missing = cost - bucket.tokens;
            return Decision::Refused {
                retry_after: self.limit.every * missing - rest,
            };
        }
        bucket.tokens -= cost;
        Decision::Allowed {
            left: bucket.tokens,
        }
    }

    /// How many keys are remembered.
    pub fn keys(&self) -> usize {
        self.buckets.len()
    }
}
