//! The jobs that wait. Architecture invariant: no job runs, and none is dropped, while the lock is held.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ptr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::refused::Reason;
use crate::stats::Stats;
use crate::task::Run;

/// What the pool and its threads share.
pub(crate) struct Queue {
    state: Mutex<State>,
    places: usize,
    /// There is a job, or there will be no more.
    not_empty: Condvar,
    /// There is a place, or there will be no more. Two conditions, because one notice must not go to
    /// somebody who waits for the other thing.
    not_full: Condvar,
}

/// Being open and having a place are one state under one lock: no job slips in behind a close.
#[derive(Default)]
struct State {
    jobs: VecDeque<Box<dyn Run>>,
    running: usize,
    closed: bool,
}

/// What a caller does while the queue is full.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenFull {
    Wait,
    Refuse,
}

thread_local! {
    /// The queue that this thread works for. Its address is its name: it lives as long as its threads.
    static WORKS_FOR: Cell<*const Queue> = const { Cell::new(ptr::null()) };
}

impl Queue {
    pub(crate) fn with_places(places: usize) -> Self {
        Self {
            state: Mutex::default(),
            places,
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
        }
    }

    /// Puts a job in, or gives it back. Boxed by the caller, because the allocator has no business under
    /// the lock; and not yet a `dyn Run`, because the way back from there is closed.
    pub(crate) fn push<R: Run + 'static>(
        &self,
        job: Box<R>,
        when_full: WhenFull,
    ) -> Result<(), (Reason, Box<R>)> {
        // Who makes the places must not wait for one: when all do, nobody is left who could.
        let waits = when_full == WhenFull::Wait && !ptr::eq(WORKS_FOR.get(), self);
        let mut state = self.lock();
        loop {
            if state.closed {
                return Err((Reason::Closed, job));
            }
            if state.jobs.len() < self.places {
                break;
            }
            if !waits {
                return Err((Reason::Full, job));
            }
            state = self
                .not_full
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.jobs.push_back(job);
        drop(state);
        // One job, one thread. A notice that nobody waits for is lost, which is right: whoever is busy
        // looks at the queue before it waits.
        self.not_empty.notify_one();
        Ok(())
    }

    /// Runs jobs on this thread until there will be no more.
    pub(crate) fn work(&self) {
        WORKS_FOR.set(self);
        while let Some(job) = self.take() {
            let _running = Running(self);
            let _ = crate::panics::contain(|| job.run());
        }
    }

    /// The next job. Waits for one; `None` when there will be no more.
    fn take(&self) -> Option<Box<dyn Run>> {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                state.running += 1;
                drop(state);
                self.not_full.notify_one();
                return Some(job);
            }
            if state.closed {
                return None;
            }
            state = self
                .not_empty
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes no more jobs. Whoever waits for a place is told.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.not_empty.notify_all();
        self.not_full.notify_all();
    }

    pub(crate) fn stats(&self) -> Stats {
        let state = self.lock();
        Stats {
            waiting: state.jobs.len(),
            running: state.running,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock panics half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job that has begun. A guard and not a line after the job, so that a panic is an end as well.
struct Running<'a>(&'a Queue);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.lock().running -= 1;
    }
}
