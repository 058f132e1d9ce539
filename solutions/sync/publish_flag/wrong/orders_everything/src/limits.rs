//! Limits that one thread publishes and every other thread reads.

use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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
#[derive(Debug)]
pub struct Published {
    per_second: AtomicU64,
    at_once: AtomicU64,
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
        self.per_second.store(limits.per_second, Ordering::SeqCst);
        self.at_once.store(limits.at_once, Ordering::SeqCst);
        self.ready.store(true, Ordering::SeqCst);
    }

    /// The limits, or `None` if they are not published yet.
    #[must_use]
    pub fn get(&self) -> Option<Limits> {
        if !self.ready.load(Ordering::SeqCst) {
            return None;
        }
        Some(Limits {
            per_second: self.per_second.load(Ordering::SeqCst),
            at_once: self.at_once.load(Ordering::SeqCst),
        })
    }
}

impl Default for Published {
    fn default() -> Self {
        Self::new()
    }
}
