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
    /// Rung once for each item that comes: whoever waits here wants an item.
    not_empty: Condvar,
    /// Rung once for each place that gets free: whoever waits here wants a place.
    not_full: Condvar,
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
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
            capacity,
        }
    }

    /// Puts an item at the end. Waits while the queue is full.
    ///
    /// # Errors
    ///
    /// If the queue is closed, before or while this waits. The item comes back.
    pub fn push(&self, item: T) -> Result<(), Closed<T>> {
        let state = self.state();
        // `wait_while` asks before the first wait and after each: being woken says that there was a place,
        // not that nobody has taken it since.
        let mut state = self
            .not_full
            .wait_while(state, |state| {
                state.items.len() == self.capacity && !state.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return Err(Closed(item));
        }
        // Nobody waits unless the queue is empty.
        let was_empty = state.items.is_empty();
        state.items.push_back(item);
        drop(state);
        if was_empty {
            self.not_empty.notify_one();
        }
        Ok(())
    }

    /// Takes the first item. Waits while there is none and the queue is open. `None` says that the queue is
    /// closed and empty.
    pub fn pop(&self) -> Option<T> {
        let state = self.state();
        let mut state = self
            .not_empty
            .wait_while(state, |state| state.items.is_empty() && !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        let item = state.items.pop_front();
        drop(state);
        if item.is_some() {
            self.not_full.notify_one();
        }
        item
    }

    /// Lets nothing more in. What is in the queue can still be taken out.
    pub fn close(&self) {
        self.state().closed = true;
        // Everybody: the end is news for all who wait, on both sides.
        self.not_empty.notify_all();
        self.not_full.notify_all();
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
}
