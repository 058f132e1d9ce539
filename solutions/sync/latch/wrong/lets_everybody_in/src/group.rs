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
}

impl Group {
    /// A group that is open and empty.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State { members: 0 }),
                empty: Condvar::new(),
            }),
        }
    }

    /// Begins some work. `None` says that it is too late: somebody waits for the end, or has.
    #[must_use]
    pub fn enter(&self) -> Option<Member> {
        let mut state = self.shared.state();
        state.members += 1;
        drop(state);
        Some(Member {
            shared: Arc::clone(&self.shared),
        })
    }

    /// Closes the group, and waits until nobody is at work. What the members did is seen after that.
    pub fn wait(&self) {
        let state = self.shared.state();
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
        // Not `enter`: this one is counted, so the group is not empty and nobody has stopped waiting for it.
        self.shared.state().members += 1;
        Self {
            shared: Arc::clone(&self.shared),
        }
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
