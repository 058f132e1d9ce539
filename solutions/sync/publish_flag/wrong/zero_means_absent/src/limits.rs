//! Limits that one thread publishes and every other thread reads.

use crate::sync::atomic::{AtomicU64, Ordering};

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
}

impl Published {
    /// Nothing is published yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            per_second: AtomicU64::new(0),
            at_once: AtomicU64::new(0),
        }
    }

    /// Publishes the limits. Called once.
    pub fn publish(&self, limits: Limits) {
        self.per_second.store(limits.per_second, Ordering::Relaxed);
        self.at_once.store(limits.at_once, Ordering::Relaxed);
    }

    /// The limits, or `None` if they are not published yet.
    #[must_use]
    pub fn get(&self) -> Option<Limits> {
        let limits = Limits {
            per_second: self.per_second.load(Ordering::Relaxed),
            at_once: self.at_once.load(Ordering::Relaxed),
        };
        (limits.per_second != 0 && limits.at_once != 0).then_some(limits)
    }
}

impl Default for Published {
    fn default() -> Self {
        Self::new()
    }
}
