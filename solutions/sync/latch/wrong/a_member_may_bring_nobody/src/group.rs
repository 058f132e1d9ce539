//! Counts those who are at work.

use crate::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

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
    state: Mutex<State>,
    empty: Condvar,
}

#[derive(Debug)]
struct State {
    members: usize,
    /// Set by the first `wait`, and for good.
    closed: bool,
}

impl Group {
    /// A group that is open and empty.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    members: 0,
                    closed: false,
                }),
                empty: Condvar::new(),
            }),
        }
    }

    /// Begins some work. `None` says that it is too late: somebody waits for the end, or has.
    #[must_use]
    pub fn enter(&self) -> Option<Member> {
        let mut state = self.shared.state();
        // Asking and counting are one step: who is not refused is counted, and so is waited for.
        if state.closed {
            return None;
        }
        state.members += 1;
        drop(state);
        Some(Member {
            shared: Arc::clone(&self.shared),
        })
    }

    /// Closes the group, and waits until nobody is at work. What the members did is seen after that.
    pub fn wait(&self) {
        let mut state = self.shared.state();
        state.closed = true;
        let nobody = self
            .shared
            .empty
            .wait_while(state, |state| state.members > 0)
            .unwrap_or_else(PoisonError::into_inner);
        drop(nobody);
    }
}

impl Default for Group {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Two numbers, each whole after its statement. `Drop` runs here while a member panics, so it must
        // not panic over the poison of another one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Member {
    fn clone(&self) -> Self {
        let group = Group {
            shared: Arc::clone(&self.shared),
        };
        group.enter().expect("a member is in the group")
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.members -= 1;
        // The count changes under the lock: a waiter has either seen it, or sleeps by now and hears the bell.
        if state.members == 0 {
            self.shared.empty.notify_all();
        }
    }
}
