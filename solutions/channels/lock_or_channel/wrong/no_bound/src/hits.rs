//! How often each page was shown.

use std::sync::atomic::{AtomicU64, Ordering};

/// A counter for each page, which any thread may use.
#[derive(Debug)]
pub struct Hits {
    counts: Box<[AtomicU64]>,
}

impl Hits {
    /// Counts from zero for pages 0 up to `pages`, without that one.
    #[must_use]
    pub fn new(pages: usize) -> Self {
        Self {
            counts: (0..pages).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Counts one more for a page. A page that there is not is left alone.
    pub fn hit(&self, page: usize) {
        if let Some(count) = self.counts.get(page) {
            // One number that agrees with no other: an atomic is the whole protocol. Relaxed, since nobody
            // reads other memory because of what they find here.
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often a page was shown: every `hit` that has returned, on whichever thread. Zero for a page that
    /// there is not.
    #[must_use]
    pub fn count(&self, page: usize) -> u64 {
        self.counts
            .get(page)
            .map_or(0, |count| count.load(Ordering::Relaxed))
    }
}
