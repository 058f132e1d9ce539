//! A place where an item passes from one thread to another.

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Hands items from those who give to those who take.
#[derive(Debug)]
pub struct Handover<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    offered: Option<T>,
    closed: bool,
}

impl<T> Handover<T> {
    /// Open, and with nothing on offer.
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            offered: None,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Hands an item over.
    ///
    /// # Errors
    ///
    /// Gives the item back if the handover is closed.
    pub fn give(&self, item: T) -> Result<(), T> {
        let mut state = self.state();
        while state.offered.is_some() && !state.closed {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return Err(item);
        }
        state.offered = Some(item);
        self.changed.notify_all();
        Ok(())
    }

    /// Takes an item, and waits for one if there is none. `None` if the handover is closed.
    pub fn take(&self) -> Option<T> {
        let mut state = self.state();
        loop {
            if let Some(item) = state.offered.take() {
                self.changed.notify_all();
                return Some(item);
            }
            if state.closed {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Closes the handover. Whoever waits is answered.
    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        // What is under the lock is whole after each statement, and nobody's code runs there.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Handover<T> {
    fn default() -> Self {
        Self::new()
    }
}
