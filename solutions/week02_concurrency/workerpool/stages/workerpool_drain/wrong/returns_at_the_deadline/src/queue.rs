//! The jobs that wait. Architecture invariant: no job runs, and none is dropped, while the lock is held.

use std::cell::Cell;
use std::collections::VecDeque;
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Instant;

use crate::clock::Clock;
use crate::refused::Reason;
use crate::report::Report;
use crate::stats::Stats;
use crate::task::{Ended, Run};
use crate::ticket::JobError;

/// What the pool and its threads share.
pub(crate) struct Queue {
    state: Mutex<State>,
    places: usize,
    clock: Arc<dyn Clock>,
    /// Set once, at the deadline of a drain. Every token has it.
    stopped: Arc<AtomicBool>,
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
    /// Threads that were started and have not left.
    workers: usize,
    /// Those of them that wait inside of a job until the others have left.
    staying: usize,
    /// Who waits until all have left.
    drainers: Vec<Thread>,
    /// All jobs since the start that are over.
    over: Report,
    /// Whether the deadline of a drain has come.
    cut: bool,
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
    /// Whether a job on this thread has waited for the others to leave.
    static STAYS: Cell<bool> = const { Cell::new(false) };
}

impl Queue {
    pub(crate) fn new(places: usize, clock: Arc<dyn Clock>) -> Self {
        Self {
            state: Mutex::default(),
            places,
            clock,
            stopped: Arc::default(),
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
        let waits = when_full == WhenFull::Wait && !self.is_mine();
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
            // Looked at here and not by a timer: whether a job is late matters to nobody before somebody
            // could begin it.
            let ended = if entry.deadline.is_some_and(|at| self.clock.now() >= at) {
                entry.task.discard(JobError::Expired);
                None
            } else {
                Some(entry.task.run())
            };
            self.lock().end(ended);
        }
        let mut state = self.lock();
        state.workers -= 1;
        state.staying -= usize::from(STAYS.get());
        for drainer in state.drainers.drain(..) {
            drainer.unpark();
        }
    }

    /// Counts a thread that is about to be started, so that a drain does not miss it.
    pub(crate) fn enter(&self) {
        self.lock().workers += 1;
    }

    /// A thread that was counted could not be started.
    pub(crate) fn leave(&self) {
        self.lock().workers -= 1;
    }

    /// Closes, and waits until all threads have left the queue. A thread of the queue does not wait for
    /// itself, nor for others that wait here. At `until`, what waits is thrown away, and what runs is told.
    pub(crate) fn drain(&self, until: Option<Instant>) -> Report {
        self.close();
        let mut state = self.lock();
        let before = state.over;
        let stays = self.is_mine();
        if stays && !STAYS.replace(true) {
            state.staying += 1;
        }
        // Jobs that drain do not wait for each other.
        for drainer in state.drainers.drain(..) {
            drainer.unpark();
        }
        loop {
            let left = state.workers - if stays { state.staying } else { 0 };
            if left == 0 {
                return state.over - before;
            }
            let deadline = until.filter(|_| !state.cut);
            if deadline.is_some_and(|at| self.clock.now() >= at) {
                let waiting = self.cut(&mut state);
                drop(state);
                for entry in waiting {
                    entry.task.discard(JobError::Cancelled);
                }
                self.not_empty.notify_all();
                return self.lock().over - before;
            } else {
                state.drainers.push(thread::current());
                drop(state);
                match deadline {
                    Some(at) => self.clock.park_until(at),
                    None => thread::park(),
                }
            }
            state = self.lock();
        }
    }

    /// The deadline of a drain has come. What is returned is to be dropped without the lock.
    fn cut(&self, state: &mut State) -> VecDeque<Entry> {
        state.cut = true;
        self.stopped.store(true, Ordering::Relaxed);
        let waiting = mem::take(&mut state.jobs);
        state.over.dropped += waiting.len();
        state.over.told += state.running - state.staying;
        waiting
    }

    /// Whether the calling thread works for this queue.
    pub(crate) fn is_mine(&self) -> bool {
        ptr::eq(WORKS_FOR.get(), self)
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
        state.over.dropped += 1;
        drop(state);
        self.not_full.notify_one();
        if let Some(entry) = entry {
            entry.task.discard(JobError::Cancelled);
        }
    }

    pub(crate) fn stopped(&self) -> &Arc<AtomicBool> {
        &self.stopped
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

impl State {
    /// A job is over that was taken out of the queue; `None` if it was never called.
    fn end(&mut self, ended: Option<Ended>) {
        self.running -= 1;
        match ended {
            // Counted already, as told: it ran when the deadline came.
            _ if self.cut => {}
            None => self.over.dropped += 1,
            Some(Ended::Value) => self.over.finished += 1,
            Some(Ended::Panic) => self.over.panicked += 1,
        }
    }
}
