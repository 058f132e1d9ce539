//! Limits that one thread publishes and every other thread reads.

use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

/// How much one customer may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Requests in a second.
    pub per_second: u64,
    /// Requests at the same time.
    pub at_once: u64,
}

/// The limits in force, as soon as they are known.
///
/// One thread publishes them, once. All others ask, for each request and without ever waiting.
///
/// Whoever gets the limits also sees all that the publishing thread did before it published them, in this
/// value and anywhere else.
#[derive(Debug)]
pub struct Published {
    per_second: AtomicU64,
    at_once: AtomicU64,
    /// Set last and asked first. The order between the threads comes from here and from nowhere else.
    ready: AtomicBool,
}

impl Published {
    /// Nothing is published yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            per_second: AtomicU64::new(0),
            at_once: AtomicU64::new(0),
            ready: AtomicBool::new(false),
        }
    }

    /// Publishes the limits. Called once.
    pub fn publish(&self, limits: Limits) {
        // Relaxed: nobody looks at these before `ready` is set, and `ready` brings them along.
        self.per_second.store(limits.per_second, Ordering::Relaxed);
        self.at_once.store(limits.at_once, Ordering::Relaxed);
        // All that was done above the fence comes before each write below it, for whoever reads that and
        // then passes an Acquire fence.
        fence(Ordering::Release);
        self.ready.store(true, Ordering::Relaxed);
    }

    /// The limits, or `None` if they are not published yet.
    #[must_use]
    pub fn get(&self) -> Option<Limits> {
        if !self.ready.load(Ordering::Relaxed) {
            return None;
        }
        // Below the check: those who get nothing pay for no fence.
        fence(Ordering::Acquire);
        // Relaxed: the writes of these come before the write of `ready`, which has been read.
        Some(Limits {
            per_second: self.per_second.load(Ordering::Relaxed),
            at_once: self.at_once.load(Ordering::Relaxed),
        })
    }
}

impl Default for Published {
    fn default() -> Self {
        Self::new()
    }
}
