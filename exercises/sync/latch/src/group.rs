//! Counts those who are at work.

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Arc, Condvar, Mutex, PoisonError};

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
        self.shared.members.fetch_add(1, Ordering::AcqRel);
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
        let mut guard = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while members.load(Ordering::Acquire) > 0 {
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
        self.shared.members.fetch_add(1, Ordering::AcqRel);
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if self.shared.members.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.shared.empty.notify_all();
        }
    }
}
