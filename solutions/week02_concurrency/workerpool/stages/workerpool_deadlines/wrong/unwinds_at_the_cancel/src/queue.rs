//! The jobs that wait. Architecture invariant: no job runs, and none is dropped, while the lock is held.

use std::cell::Cell;
use std::collections::VecDeque;
use std::ptr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::clock::Clock;
use crate::refused::Reason;
use crate::stats::Stats;
use crate::task::Run;
use crate::ticket::JobError;

/// What the pool and its threads share.
pub(crate) struct Queue {
    state: Mutex<State>,
    places: usize,
    clock: Arc<dyn Clock>,
    /// There is a job, or there will be no more.
    not_empty: Condvar,
    /// There is a place, or there will be no more. Two conditions, because one notice must not go to
    /// somebody who waits for the other thing.
    not_full: Condvar,
}

/// Being open and having a place are one state under one lock: no job slips in behind a close.
#[derive(Default)]
struct State {
    /// By ascending id, so one that is cancelled is found without looking at all.
    jobs: VecDeque<Entry>,
    next_id: u64,
    running: usize,
    closed: bool,
}

struct Entry {
    id: u64,
    deadline: Option<Instant>,
    task: Box<dyn Run>,
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
    pub(crate) fn new(places: usize, clock: Arc<dyn Clock>) -> Self {
        Self {
            state: Mutex::default(),
            places,
            clock,
            not_empty: Condvar::new(),
            not_full: Condvar::new(),
        }
    }

    /// Puts a job in and returns its id, or gives it back. Boxed by the caller, because the allocator has
    /// no business under the lock; and not yet a `dyn Run`, because the way back from there is closed.
    pub(crate) fn push<R: Run + 'static>(
        &self,
        job: Box<R>,
        deadline: Option<Instant>,
        when_full: WhenFull,
    ) -> Result<u64, (Reason, Box<R>)> {
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
        let id = state.next_id;
        state.next_id += 1;
        state.jobs.push_back(Entry {
            id,
            deadline,
            task: job,
        });
        drop(state);
        // One job, one thread. A notice that nobody waits for is lost, which is right: whoever is busy
        // looks at the queue before it waits.
        self.not_empty.notify_one();
        Ok(id)
    }

    /// Runs jobs on this thread until there will be no more.
    pub(crate) fn work(&self) {
        WORKS_FOR.set(self);
        while let Some(entry) = self.take() {
            let _running = Running(self);
            // Looked at here and not by a timer: whether a job is late matters to nobody before somebody
            // could begin it.
            if entry.deadline.is_some_and(|at| self.clock.now() >= at) {
                entry.task.discard(JobError::Expired);
            } else {
                entry.task.run();
            }
        }
    }

    /// The next job. Waits for one; `None` when there will be no more.
    fn take(&self) -> Option<Entry> {
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

    /// Throws a job away that has not begun. One that has is left alone.
    pub(crate) fn cancel(&self, id: u64) {
        let mut state = self.lock();
        let Ok(at) = state.jobs.binary_search_by_key(&id, |entry| entry.id) else {
            return;
        };
        let entry = state.jobs.remove(at);
        drop(state);
        self.not_full.notify_one();
        if let Some(entry) = entry {
            entry.task.discard(JobError::Cancelled);
        }
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
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
