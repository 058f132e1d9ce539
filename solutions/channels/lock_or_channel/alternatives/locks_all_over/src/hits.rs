//! How often each page was shown.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A counter for each page, which any thread may use.
#[derive(Debug)]
pub struct Hits {
    counts: Mutex<Vec<u64>>,
}

impl Hits {
    /// Counts from zero for pages 0 up to `pages`, without that one.
    #[must_use]
    pub fn new(pages: usize) -> Self {
        Self {
            counts: Mutex::new(vec![0; pages]),
        }
    }

    /// Counts one more for a page. A page that there is not is left alone.
    pub fn hit(&self, page: usize) {
        if let Some(count) = self.counts().get_mut(page) {
            *count += 1;
        }
    }

    /// How often a page was shown: every `hit` that has returned, on whichever thread.
    #[must_use]
    pub fn count(&self, page: usize) -> u64 {
        self.counts().get(page).copied().unwrap_or(0)
    }

    fn counts(&self) -> MutexGuard<'_, Vec<u64>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
