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
        let count = self.count.load(Ordering::Relaxed);
        let (was, is) = (Ordering::Relaxed, Ordering::Relaxed);
        let _ = self.count.compare_exchange(count, count + 1, was, is);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}
