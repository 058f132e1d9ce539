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
    rate: Rate,
    clock: C,
    buckets: HashMap<String, Bucket>,
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
        let rate = self.rate.clone();
        match self.bucket_for(key, now).take(&rate, now) {
            Ok(left) => Decision::Allowed { left },
            Err(retry_after) => Decision::Denied { retry_after },
        }
    }

    /// The bucket of a key.
    fn bucket_for(&mut self, key: &str, now: Duration) -> &mut Bucket {
        self.buckets
            .entry(normalize(key))
            .or_insert_with(|| Bucket::full(&self.rate, now))
    }
}
