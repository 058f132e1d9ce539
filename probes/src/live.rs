//! Counts objects that are alive: an exercise hands [`Counted`] tokens into the code under test and asks
//! the [`Tracker`] afterwards how many are still held.
//!
//! ```
//! use probes::live::Tracker;
//!
//! let tracker = Tracker::new();
//! let mut queue = vec![tracker.token(), tracker.token()];
//! queue.push(queue[0].clone());
//! assert_eq!(tracker.alive(), 3);
//! queue.clear();
//! assert_eq!((tracker.alive(), tracker.most()), (0, 3));
//! ```
//!
//! A tracker knows its own tokens only, so tests that run side by side do not disturb each other.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::patience;

/// Knows how many of its tokens are alive.
#[derive(Clone, Default)]
pub struct Tracker {
    counts: Arc<Mutex<Counts>>,
}

/// A value whose life is counted. A clone counts as one more.
pub struct Counted {
    counts: Arc<Mutex<Counts>>,
}

// Under one lock and not in atomics: `most` has to belong to the same moment as `alive`.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    alive: usize,
    most: usize,
    made: usize,
}

impl Tracker {
    /// A tracker without tokens.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a token. It is alive until it is dropped.
    #[must_use]
    pub fn token(&self) -> Counted {
        Counted::enter(&self.counts)
    }

    /// How many tokens are alive.
    #[must_use]
    pub fn alive(&self) -> usize {
        lock(&self.counts).alive
    }

    /// The most tokens that were alive at one moment.
    #[must_use]
    pub fn most(&self) -> usize {
        lock(&self.counts).most
    }

    /// How many tokens there have been, clones included.
    #[must_use]
    pub fn made(&self) -> usize {
        lock(&self.counts).made
    }

    /// Waits until no more than `at_most` tokens are alive, for five seconds at the longest, and returns
    /// how many there are then. For tokens that other threads drop; those of the calling thread, and of a
    /// runtime that it drives, don't change meanwhile.
    #[must_use]
    pub fn settle(&self, at_most: usize) -> usize {
        let Ok(now) = patience::settle(at_most, || Ok::<_, Infallible>(self.alive()));
        now
    }
}

impl fmt::Debug for Tracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        lock(&self.counts).fmt(f)
    }
}

impl Counted {
    fn enter(counts: &Arc<Mutex<Counts>>) -> Self {
        let mut now = lock(counts);
        now.alive += 1;
        now.made += 1;
        now.most = now.most.max(now.alive);
        drop(now);
        Self {
            counts: Arc::clone(counts),
        }
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::enter(&self.counts)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        lock(&self.counts).alive -= 1;
    }
}

// Without the counts: a token stands in for a value, and two of them look alike.
impl fmt::Debug for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Counted")
    }
}

fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}
