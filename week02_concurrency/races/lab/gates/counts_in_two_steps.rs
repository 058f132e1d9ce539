//! A gate that loses a visitor from its count, when two come at once.

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A gate that visitors share.
pub struct Gate {
    places: u32,
    state: Mutex<State>,
    /// Rung when a place is free or the gate closes.
    changed: Condvar,
    admitted: AtomicU64,
}

struct State {
    inside: u32,
    closed: bool,
}

impl Gate {
    /// An open gate of a hall with so many places.
    pub fn new(places: u32) -> Self {
        Self {
            places,
            state: Mutex::new(State {
                inside: 0,
                closed: false,
            }),
            changed: Condvar::new(),
            admitted: AtomicU64::new(0),
        }
    }

    /// Waits for a place and takes it. False if the gate is closed, before or while this waits.
    pub fn enter(&self) -> bool {
        let mut state = self.state();
        while state.inside == self.places && !state.closed {
            state = self.wait(state);
        }
        self.admit(state)
    }

    /// Takes a place if one is free and the gate is open, and tells whether it has.
    pub fn try_enter(&self) -> bool {
        let state = self.state();
        if state.inside == self.places {
            return false;
        }
        self.admit(state)
    }

    /// Gives the place of a visitor back.
    pub fn leave(&self) {
        self.state().inside -= 1;
        self.changed.notify_one();
    }

    /// Lets nobody in any more. Whoever is inside may stay.
    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// How many are inside at this moment.
    pub fn inside(&self) -> u32 {
        self.state().inside
    }

    /// How many have been let in so far. Whoever has come in is counted.
    pub fn admitted(&self) -> u64 {
        self.admitted.load(Ordering::Relaxed)
    }

    fn admit(&self, mut state: MutexGuard<'_, State>) -> bool {
        if state.closed {
            return false;
        }
        state.inside += 1;
        drop(state);
        let admitted = self.admitted.load(Ordering::SeqCst);
        self.admitted.store(admitted + 1, Ordering::SeqCst);
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}
