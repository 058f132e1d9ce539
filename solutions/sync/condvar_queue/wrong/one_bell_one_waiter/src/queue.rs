//! A queue with a bound, for threads that wait for each other.

use std::collections::VecDeque;

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The queue was closed. The item comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed<T>(pub T);

/// First in, first out, and never more than its capacity.
#[derive(Debug)]
pub struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    capacity: usize,
}

#[derive(Debug)]
struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    /// An empty queue for so many items.
    ///
    /// # Panics
    ///
    /// Panics if the capacity is zero.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a queue without a place holds up everybody");
        Self {
            state: Mutex::new(State {
                items: VecDeque::with_capacity(capacity),
                closed: false,
            }),
            changed: Condvar::new(),
            capacity,
        }
    }

    /// Puts an item at the end. Waits while the queue is full.
    ///
    /// # Errors
    ///
    /// If the queue is closed, before or while this waits. The item comes back.
    pub fn push(&self, item: T) -> Result<(), Closed<T>> {
        let mut state = self.state();
        while state.items.len() == self.capacity && !state.closed {
            state = self.wait(state);
        }
        if state.closed {
            return Err(Closed(item));
        }
        state.items.push_back(item);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Takes the first item. Waits while there is none and the queue is open. `None` says that the queue is
    /// closed and empty.
    pub fn pop(&self) -> Option<T> {
        let mut state = self.state();
        while state.items.is_empty() && !state.closed {
            state = self.wait(state);
        }
        let item = state.items.pop_front();
        drop(state);
        self.changed.notify_one();
        item
    }

    /// Lets nothing more in. What is in the queue can still be taken out.
    pub fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    /// How many items are in the queue at this moment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.state().items.len()
    }

    /// Whether there is no item at this moment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        // Nothing panics between two steps of a change, so a poisoned state is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State<T>>) -> MutexGuard<'a, State<T>> {
        self.changed
            .wait(state)
            .unwrap_or_else(PoisonError::into_inner)
    }
}
