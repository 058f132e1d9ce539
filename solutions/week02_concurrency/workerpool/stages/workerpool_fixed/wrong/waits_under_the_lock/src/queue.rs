//! The jobs that wait. Architecture invariant: no job runs, and none is dropped, while the lock is held.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::refused::Reason;

pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// What the pool and its threads share.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// There is a job, or there will be no more.
    not_empty: Condvar,
}

/// Being open and having a place are one state under one lock: no job slips in behind a close.
#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl Queue {
    /// Puts a job in, or gives it back. Boxed by the caller, because the allocator has no business under
    /// the lock; and not yet a [`Job`], because the way back from there is closed.
    pub(crate) fn push<F: FnOnce() + Send + 'static>(
        &self,
        job: Box<F>,
    ) -> Result<(), (Reason, Box<F>)> {
        let mut state = self.lock();
        if state.closed {
            return Err((Reason::Closed, job));
        }
        state.jobs.push_back(job);
        drop(state);
        // One job, one thread. A notice that nobody waits for is lost, which is right: whoever is busy
        // looks at the queue before it waits.
        self.not_empty.notify_one();
        Ok(())
    }

    /// Runs the next job. Waits for one; `false` when there will be no more.
    pub(crate) fn run_next(&self, one_at_a_time: &Mutex<()>) -> bool {
        let mut state = self.lock();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                drop(state);
                let _turn = one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
                job();
                return true;
            }
            if state.closed {
                return false;
            }
            state = self
                .not_empty
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes no more jobs.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.not_empty.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock panics half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
