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
        }
    }

    /// A request of `key` that costs so many tokens, at `now`, a reading of a monotonic clock.
    pub fn take(&mut self, key: &K, cost: u32, now: Duration) -> Decision {
        let bucket = self.buckets.entry(key.clone()).or_insert(Bucket {
            tokens: self.limit.burst,
            refilled: now,
        });
        let elapsed = now - bucket.refilled;
        let gained = (elapsed.as_nanos() / self.limit.every.as_nanos()) as u32;
        bucket.tokens = (bucket.tokens + gained).min(self.limit.burst);
        bucket.refilled = now;
        if bucket.tokens < cost {
            let missing = cost - bucket.tokens;
            return Decision::Refused {
                retry_after: self.limit.every * missing,
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
