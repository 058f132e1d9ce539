//! Many items of one kind, shared out one at a time to whoever is there.

use std::iter::Enumerate;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::vec::IntoIter;

use crate::panics::contain;
use crate::ticket::JobError;

/// The items of one `map`, and what has come of them.
pub(crate) struct Batch<I, T, F> {
    each: F,
    caller: Thread,
    state: Mutex<State<I, T>>,
}

struct State<I, T> {
    items: Enumerate<IntoIter<I>>,
    /// One place for each item, made at the start: nothing grows under the lock.
    outcomes: Vec<Option<Result<T, JobError>>>,
    missing: usize,
}

impl<I, T, F: Fn(I) -> T> Batch<I, T, F> {
    /// The calling thread will be the one that waits.
    pub(crate) fn new(items: Vec<I>, each: F) -> Self {
        let missing = items.len();
        Self {
            each,
            caller: thread::current(),
            state: Mutex::new(State {
                items: items.into_iter().enumerate(),
                outcomes: (0..missing).map(|_| None).collect(),
                missing,
            }),
        }
    }

    /// Works until no item is left that nobody has taken. Who comes too late does nothing.
    ///
    /// One item at a time and not a share of them: a slow one holds up nobody but who has it. To hand in
    /// one outcome and to take the next item is one visit to the lock.
    pub(crate) fn help(&self) {
        let mut outcome = None;
        while let Some((at, item)) = self.next(outcome) {
            let ended =
                contain(|| (self.each)(item)).map_err(|message| JobError::Panicked { message });
            outcome = Some((at, ended));
        }
    }

    fn next(&self, outcome: Option<(usize, Result<T, JobError>)>) -> Option<(usize, I)> {
        let mut state = self.lock();
        if let Some((at, outcome)) = outcome {
            state.outcomes[at] = Some(outcome);
            state.missing -= 1;
            if state.missing == 0 {
                self.caller.unpark();
            }
        }
        state.items.next()
    }

    /// Waits until those have come back who have taken an item, and nobody else.
    pub(crate) fn wait(&self) -> Vec<Result<T, JobError>> {
        loop {
            let mut state = self.lock();
            if state.missing == 0 {
                return state.outcomes.drain(..).flatten().collect();
            }
            drop(state);
            thread::park();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<I, T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
