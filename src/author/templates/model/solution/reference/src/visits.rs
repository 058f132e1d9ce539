//! TODO: what this is for.

use crate::sync::atomic::{AtomicU64, Ordering};

/// Visits, counted by many threads at once.
#[derive(Debug)]
pub struct Visits {
    count: AtomicU64,
}

impl Visits {
    /// To count on from.
    pub fn from(count: u64) -> Self {
        let count = AtomicU64::new(count);
        Visits { count }
    }

    /// Counts one more.
    pub fn add(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}
