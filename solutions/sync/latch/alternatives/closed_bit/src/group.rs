//! Counts those who are at work.

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Arc, Condvar, Mutex, PoisonError};

/// In the same word as the count, so that one step asks and counts.
const CLOSED: usize = 1 << (usize::BITS - 1);

/// All who use something that will be closed. A clone is another handle of the same group.
#[derive(Debug, Clone)]
pub struct Group {
    shared: Arc<Shared>,
}

/// Somebody at work. Dropping it says that the work is done.
///
/// Whoever has one may bring another in, by `clone`, also while others wait for the end.
#[derive(Debug)]
pub struct Member {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// How many are at work, and [`CLOSED`].
    members: AtomicUsize,
    waiting: Mutex<()>,
    empty: Condvar,
}

impl Group {
    /// A group that is open and empty.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                members: AtomicUsize::new(0),
                waiting: Mutex::new(()),
                empty: Condvar::new(),
            }),
        }
    }

    /// Begins some work. `None` says that it is too late: somebody waits for the end, or has.
    #[must_use]
    pub fn enter(&self) -> Option<Member> {
        self.shared
            .members
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |members| {
                (members & CLOSED == 0).then_some(members + 1)
            })
            .ok()?;
        Some(Member {
            shared: Arc::clone(&self.shared),
        })
    }

    /// Closes the group, and waits until nobody is at work. What the members did is seen after that.
    pub fn wait(&self) {
        let Shared {
            members,
            waiting,
            empty,
        } = &*self.shared;
        members.fetch_or(CLOSED, Ordering::Relaxed);
        let mut guard = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // Acquire, against the Release of each member that has left.
        while members.load(Ordering::Acquire) != CLOSED {
            guard = empty.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Default for Group {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for Member {
    fn clone(&self) -> Self {
        self.shared.members.fetch_add(1, Ordering::Relaxed);
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if self.shared.members.fetch_sub(1, Ordering::AcqRel) == CLOSED + 1 {
            // Through the lock once, so that a waiter that has seen the old count sleeps by now.
            drop(
                self.shared
                    .waiting
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner),
            );
            self.shared.empty.notify_all();
        }
    }
}
