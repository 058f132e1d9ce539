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
/// A bucket is one moment: when it will be full again. Taking a token moves that moment away by the time
/// that a token takes to come back, and time does the refilling. So there is nothing to round, no
/// fraction to carry, and a bucket whose moment has passed is as good as none.
pub struct Limiter<K> {
    limit: Limit,
    full_at: HashMap<K, Duration>,
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
            full_at: HashMap::new(),
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
        let full_at = self.full_at.get(key).map_or(now, |moment| now.max(*moment));
        let then = full_at + every * cost;
        // How far from full the bucket would be. A bucket can't be further away than empty.
        let missing = then - now;
        let empty = every * burst;
        if missing > empty {
            return Decision::Refused {
                retry_after: missing - empty,
            };
        }
        self.remember(key, then);
        let left = (empty - missing).as_nanos() / every.as_nanos();
        Decision::Allowed {
            left: u32::try_from(left).expect("no more than `burst`"),
        }
    }

    /// How many keys are remembered.
    pub fn keys(&self) -> usize {
        self.full_at.len()
    }

    fn remember(&mut self, key: &K, full_at: Duration) {
        if let Some(moment) = self.full_at.get_mut(key) {
            *moment = full_at;
            return;
        }
        if self.full_at.len() >= self.sweep_above {
            self.full_at.clear();
        }
        self.full_at.insert(key.clone(), full_at);
    }
}
