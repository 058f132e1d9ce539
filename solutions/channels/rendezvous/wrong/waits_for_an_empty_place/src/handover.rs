//! A place where an item passes from one thread to another.

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Hands items from those who give to those who take: a channel that keeps nothing. Whoever gives
/// waits until somebody has taken, and so knows that the item is not lost.
#[derive(Debug)]
pub struct Handover<T> {
    state: Mutex<State<T>>,
    /// One for all: each change is of interest to givers and takers. Hence `notify_all` everywhere;
    /// a single notification could go to somebody who waits for something else.
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    offered: Option<T>,
    /// How many items were offered, and how many of them taken. There is one place, so the items are
    /// taken in the order in which they are offered, and two numbers say which ones were.
    offers: u64,
    taken: u64,
    closed: bool,
}

impl<T> Handover<T> {
    /// Open, and with nothing on offer.
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            offered: None,
            offers: 0,
            taken: 0,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    /// Hands an item over: when this returns `Ok`, somebody has taken it. Waits for that.
    ///
    /// # Errors
    ///
    /// Gives the item back if the handover is closed, or gets closed before somebody took it.
    pub fn give(&self, item: T) -> Result<(), T> {
        let mut state = self.wait_while(self.state(), |state| {
            state.offered.is_some() && !state.closed
        });
        if state.closed {
            return Err(item);
        }
        state.offered = Some(item);
        state.offers += 1;
        self.changed.notify_all();

        // Not "until the place is empty": when this thread gets the lock again, the next giver's item may
        // be lying there.
        let mut state = self.wait_while(state, |state| state.offered.is_some() && !state.closed);
        state.offered.take().map_or(Ok(()), Err)
    }

    /// Takes an item, and waits for one if there is none. `None` if the handover is closed.
    pub fn take(&self) -> Option<T> {
        let mut state = self.wait_while(self.state(), |state| {
            state.offered.is_none() && !state.closed
        });
        if state.closed {
            // What is on offer goes back to its giver, who may have been told so already.
            return None;
        }
        let item = state.offered.take();
        state.taken += 1;
        self.changed.notify_all();
        item
    }

    /// Closes the handover. Whoever waits is answered: items that were not taken go back.
    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        // What is under the lock is whole after each statement, and nobody's code runs there.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_while<'a>(
        &'a self,
        state: MutexGuard<'a, State<T>>,
        condition: impl Fn(&State<T>) -> bool,
    ) -> MutexGuard<'a, State<T>> {
        self.changed
            .wait_while(state, |state| condition(state))
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Handover<T> {
    fn default() -> Self {
        Self::new()
    }
}
