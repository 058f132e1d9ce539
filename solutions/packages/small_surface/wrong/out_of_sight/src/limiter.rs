//! The limiter itself.

use std::collections::HashMap;
use std::time::Duration;

use crate::bucket::Bucket;
use crate::clock::{Clock, SystemClock};
use crate::keys::normalize;
use crate::rate::Rate;

/// Lets each key do what the rate allows.
#[derive(Debug)]
pub struct Limiter<C = SystemClock> {
    pub rate: Rate,
    pub clock: C,
    pub buckets: HashMap<String, Bucket>,
}

/// Whether a key may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It may.
    Allowed {
        /// How many more are allowed now.
        left: u32,
    },
    /// It may not.
    Denied {
        /// When the next one is due.
        retry_after: Duration,
    },
}

impl Limiter {
    /// A limiter that goes by the clock of this machine.
    pub fn new(rate: Rate) -> Self {
        Self::with_clock(rate, SystemClock::default())
    }
}

impl<C: Clock> Limiter<C> {
    /// A limiter that goes by this clock.
    pub fn with_clock(rate: Rate, clock: C) -> Self {
        Self {
            rate,
            clock,
            buckets: HashMap::new(),
        }
    }

    /// Whether this key may go on; if so, that is counted.
    pub fn check(&mut self, key: &str) -> Decision {
        let now = self.clock.now();
        let every = self.rate.every;
        let bucket = self.bucket_for(key, now);
        match bucket.tokens.checked_sub(1) {
            Some(left) => {
                bucket.tokens = left;
                Decision::Allowed { left }
            }
            None => Decision::Denied {
                retry_after: (bucket.filled_at + every).saturating_sub(now),
            },
        }
    }

    /// The bucket of a key, with all that is due in it.
    pub fn bucket_for(&mut self, key: &str, now: Duration) -> &mut Bucket {
        let bucket = self
            .buckets
            .entry(normalize(key))
            .or_insert_with(|| Bucket::full(&self.rate, now));
        bucket.refill(&self.rate, now);
        bucket
    }
}
