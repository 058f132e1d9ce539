//! A place where an item passes from one thread to another.

use std::collections::BTreeMap;

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Hands items from those who give to those who take. Any number may be on offer; none is kept.
#[derive(Debug)]
pub struct Handover<T> {
    state: Mutex<State<T>>,
    /// For takers: an offer has come.
    offered: Condvar,
    /// For givers: an offer was taken.
    taken: Condvar,
}

#[derive(Debug)]
struct State<T> {
    /// By number, the eldest first. An offer that is not here any more has been taken.
    offers: BTreeMap<u64, T>,
    next: u64,
    closed: bool,
}

impl<T> Handover<T> {
    /// Open, and with nothing on offer.
    #[must_use]
    pub fn new() -> Self {
        let state = State {
            offers: BTreeMap::new(),
            next: 0,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            offered: Condvar::new(),
            taken: Condvar::new(),
        }
    }

    /// Hands an item over: when this returns `Ok`, somebody has taken it.
    ///
    /// # Errors
    ///
    /// Gives the item back if the handover is closed, or gets closed before somebody took it.
    pub fn give(&self, item: T) -> Result<(), T> {
        let mut state = self.state();
        if state.closed {
            return Err(item);
        }
        let mine = state.next;
        state.next += 1;
        state.offers.insert(mine, item);
        // Takers all wait for the same thing, so one is enough.
        self.offered.notify_one();
        let mut state = self
            .taken
            .wait_while(state, |state| {
                state.offers.contains_key(&mine) && !state.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        state.offers.remove(&mine).map_or(Ok(()), Err)
    }

    /// Takes an item, and waits for one if there is none. `None` if the handover is closed.
    pub fn take(&self) -> Option<T> {
        let mut state = self
            .offered
            .wait_while(self.state(), |state| {
                state.offers.is_empty() && !state.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return None;
        }
        let (_, item) = state.offers.pop_first()?;
        // Givers wait each for their own item, so all have to look.
        self.taken.notify_all();
        Some(item)
    }

    /// Closes the handover. Whoever waits is answered.
    pub fn close(&self) {
        self.state().closed = true;
        self.offered.notify_all();
        self.taken.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Handover<T> {
    fn default() -> Self {
        Self::new()
    }
}
