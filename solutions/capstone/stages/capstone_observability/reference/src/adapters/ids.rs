//! Numbers for traces.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ports::Ids;

/// Numbers that no other process is likely to give. Whoever sees some of them may guess others: they are no secrets.
#[derive(Debug, Default)]
pub struct SystemIds {
    keys: RandomState,
    given: AtomicU64,
}

impl Ids for SystemIds {
    fn number(&self) -> u64 {
        // A keyed hash of a counter. Never an error and no system call: no request fails for want of a name.
        let next = self.given.fetch_add(1, Ordering::Relaxed);
        self.keys.hash_one(next)
    }
}
