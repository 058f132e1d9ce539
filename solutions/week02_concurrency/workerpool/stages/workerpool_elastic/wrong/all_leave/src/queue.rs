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
use crate::size::Size;
use crate::stats::Stats;
use crate::task::{Ended, Run};
use crate::ticket::JobError;

/// What the pool and its threads share.
pub(crate) struct Queue {
    state: Mutex<State>,
    places: usize,
    size: Size,
    clock: Arc<dyn Clock>,
    /// Set once, at the deadline of a drain. Every token has it.
    stopped: Arc<AtomicBool>,
    /// There is a place, or there will be no more. Threads without a job are parked, see `State::idle`.
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
    /// Threads without a job, who became so last at the end. A job goes to that one, so the others get
    /// a chance to leave although there is always something to do for somebody.
    idle: Vec<Thread>,
    /// Threads that were started or called for a job and have not looked yet. Without this count each
    /// job of a burst would find that nobody is idle.
    coming: usize,
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

/// A job is in the queue.
pub(crate) struct Pushed {
    pub(crate) id: u64,
    /// A thread more is wanted. It is counted already: start it, or say that it won't come.
    pub(crate) wants_thread: bool,
}

/// Why a thread looks for a job.
enum Arrival {
    /// It was started, or called.
    Called,
    /// Its last job is over. `None` if that was never called.
    Ended(Option<Ended>),
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
    pub(crate) fn new(places: usize, size: Size, clock: Arc<dyn Clock>) -> Self {
        Self {
            state: Mutex::default(),
            places,
            size,
            clock,
            stopped: Arc::default(),
            not_full: Condvar::new(),
        }
    }

    /// Puts a job in and says what follows, or gives it back. Boxed by the caller, because the allocator has
    /// no business under the lock; and not yet a `dyn Run`, because the way back from there is closed.
    pub(crate) fn push<R: Run + 'static>(
        &self,
        job: Box<R>,
        deadline: Option<Instant>,
        when_full: WhenFull,
    ) -> Result<Pushed, (Reason, Box<R>)> {
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
        let mut wants_thread = false;
        let mut called = None;
        if state.jobs.len() > state.coming {
            called = state.idle.pop();
            wants_thread = called.is_none() && state.workers < self.size.max;
            state.workers += usize::from(wants_thread);
            state.coming += usize::from(wants_thread || called.is_some());
        }
        drop(state);
        if let Some(idle) = called {
            idle.unpark();
        }
        Ok(Pushed { id, wants_thread })
    }

    /// Runs jobs on this thread until there will be no more.
    pub(crate) fn work(&self) {
        WORKS_FOR.set(self);
        let mut arrival = Arrival::Called;
        while let Some(entry) = self.take(arrival) {
            // Looked at here and not by a timer: whether a job is late matters to nobody before somebody
            // could begin it.
            let ended = if entry.deadline.is_some_and(|at| self.clock.now() >= at) {
                entry.task.discard(JobError::Expired);
                None
            } else {
                Some(entry.task.run())
            };
            arrival = Arrival::Ended(ended);
        }
    }

    /// Counts a thread that is about to be started, so that a drain does not miss it.
    pub(crate) fn enter(&self) {
        let mut state = self.lock();
        state.workers += 1;
        state.coming += 1;
    }

    /// A thread that was counted could not be started.
    pub(crate) fn leave(&self) {
        let mut state = self.lock();
        state.coming -= 1;
        state.leave();
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

    /// The next job. Waits for one; `None` if this thread is to end. The end of the last job and the look
    /// for the next are one step: a thread that is not running is idle, and can be called.
    fn take(&self, arrival: Arrival) -> Option<Entry> {
        let this = thread::current();
        let mut state = self.lock();
        let mut called = match arrival {
            Arrival::Called => true,
            Arrival::Ended(ended) => {
                state.end(ended);
                false
            }
        };
        let mut since = None;
        loop {
            if mem::take(&mut called) {
                state.coming -= 1;
                since = None;
            }
            if let Some(entry) = state.jobs.pop_front() {
                state.idle.retain(|idle| idle.id() != this.id());
                state.running += 1;
                drop(state);
                self.not_full.notify_one();
                return Some(entry);
            }
            // By the clock only where it matters: a pool of a fixed size never asks.
            let leaves = if state.workers > 0 {
                let since = *since.get_or_insert_with(|| self.clock.now());
                since.checked_add(self.size.idle)
            } else {
                None
            };
            if state.closed || leaves.is_some_and(|at| self.clock.now() >= at) {
                // Under the same lock as the decision, or two would leave where one may.
                state.idle.retain(|idle| idle.id() != this.id());
                state.leave();
                return None;
            }
            if !state.is_idle(&this) {
                state.idle.push(this.clone());
            }
            drop(state);
            match leaves {
                Some(at) => self.clock.park_until(at),
                None => thread::park(),
            }
            state = self.lock();
            // Whoever calls takes the name from the list. Parking may also end for no reason.
            called = !state.is_idle(&this);
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
        let mut state = self.lock();
        state.closed = true;
        state.coming += state.idle.len();
        for idle in state.idle.drain(..) {
            idle.unpark();
        }
        drop(state);
        self.not_full.notify_all();
    }

    pub(crate) fn stats(&self) -> Stats {
        let state = self.lock();
        Stats {
            waiting: state.jobs.len(),
            running: state.running,
            workers: state.workers,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock panics half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_idle(&self, thread: &Thread) -> bool {
        self.idle.iter().any(|idle| idle.id() == thread.id())
    }

    /// A thread is gone, or about to end.
    fn leave(&mut self) {
        self.workers -= 1;
        self.staying -= usize::from(STAYS.get());
        for drainer in self.drainers.drain(..) {
            drainer.unpark();
        }
    }

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
