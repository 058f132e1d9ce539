//! A pool of workers that grows with its backlog and shrinks when there is nothing to do.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

/// Does jobs, one at a time. Making one is expensive, and so is keeping one.
pub trait Worker<J>: Send + 'static {
    /// Does a job.
    fn work(&mut self, job: J) -> impl Future<Output = ()> + Send;
}

/// How large a pool may be, and when its size changes.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Never fewer workers than this, once the pool has started.
    pub min: usize,
    /// Never more workers than this. At least one, and no less than `min`.
    pub max: usize,
    /// So many jobs may wait without a worker being hired.
    pub backlog: usize,
    /// A worker that has had nothing to do for so long leaves.
    pub idle: Duration,
}

/// A pool of workers. When it is dropped, the jobs that it has accepted are done, and then the workers
/// leave.
///
/// Each worker is a task. All decisions are made under one lock: who is idle, who waits, and who leaves.
pub struct Pool<J> {
    shared: Arc<Shared<J>>,
}

struct Shared<J> {
    settings: Settings,
    state: Mutex<State<J>>,
    spawn: Spawn<J>,
}

/// Starts a worker with a number.
type Spawn<J> = Box<dyn Fn(Arc<Shared<J>>, u64, Start<J>) + Send + Sync>;

struct State<J> {
    waiting: VecDeque<J>,
    /// The idle workers, the one that became idle last at the end.
    idle: Vec<(u64, oneshot::Sender<J>)>,
    workers: usize,
    open: bool,
    /// The next worker's number.
    number: u64,
}

/// How a worker begins: with a job, or idle.
enum Start<J> {
    Job(J),
    Idle(oneshot::Receiver<J>),
}

/// A worker's place in the pool. It is given up in `drop`, also when a job panics.
struct Place<J: Send + 'static> {
    shared: Arc<Shared<J>>,
    number: u64,
    leaving: bool,
}

impl<J: Send + 'static> Pool<J> {
    /// Starts a pool with `min` workers. `hire` makes a worker, and does not panic.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn start<W: Worker<J>>(
        settings: Settings,
        hire: impl Fn() -> W + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared {
            settings,
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                idle: Vec::new(),
                workers: 0,
                open: true,
                number: 0,
            }),
            spawn: Box::new(move |shared, number, start| {
                let place = Place {
                    shared,
                    number,
                    leaving: false,
                };
                let worker = hire();
                tokio::spawn(serve(place, start, worker));
            }),
        });
        shared.refill();
        Self { shared }
    }

    /// Has a job done. Jobs are begun in the order in which they were submitted.
    pub fn submit(&self, job: J) {
        let mut state = self.shared.state();
        let Some(job) = state.give(job) else { return };
        state.waiting.push_back(job);
        let Settings { backlog, max, .. } = self.shared.settings;
        let wanted = state.waiting.len() > backlog || state.workers == 0;
        if wanted && state.workers < max {
            self.shared.hire(state);
        }
    }
}

impl<J> Drop for Pool<J> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.open = false;
        state.idle.clear();
    }
}

impl<J> State<J> {
    /// Gives a job to the worker that became idle last. Returns it if there is none.
    fn give(&mut self, mut job: J) -> Option<J> {
        while let Some((_, worker)) = self.idle.pop() {
            match worker.send(job) {
                Ok(()) => return None,
                Err(back) => job = back,
            }
        }
        Some(job)
    }
}

impl<J> Shared<J> {
    fn state(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<J: Send + 'static> Shared<J> {
    /// Hires a worker for the first job that waits, or an idle one. The lock is given back before it is
    /// made.
    fn hire(self: &Arc<Self>, mut state: MutexGuard<'_, State<J>>) {
        state.workers += 1;
        state.number += 1;
        let number = state.number;
        let start = match state.waiting.pop_front() {
            Some(job) => Start::Job(job),
            None => {
                let (sender, job) = oneshot::channel();
                state.idle.push((number, sender));
                Start::Idle(job)
            }
        };
        drop(state);
        (self.spawn)(Arc::clone(self), number, start);
    }

    /// Hires until there are as few as there may be.
    fn refill(self: &Arc<Self>) {
        loop {
            let state = self.state();
            if !state.open || state.workers >= self.settings.min {
                return;
            }
            self.hire(state);
        }
    }
}

impl<J: Send + 'static> Place<J> {
    /// What a worker does next that has done a job.
    fn next(&self) -> Option<Start<J>> {
        let mut state = self.shared.state();
        if let Some(job) = state.waiting.pop_front() {
            return Some(Start::Job(job));
        }
        if !state.open {
            return None;
        }
        let (sender, job) = oneshot::channel();
        state.idle.push((self.number, sender));
        Some(Start::Idle(job))
    }

    /// Whether a worker leaves that has been idle for long enough. If so, nobody gives it a job any more.
    fn leaves(&mut self) -> bool {
        let mut state = self.shared.state();
        if state.workers <= self.shared.settings.min {
            return false;
        }
        let place = state
            .idle
            .iter()
            .position(|&(number, _)| number == self.number);
        // Not there: somebody has given it a job in this moment.
        self.leaving = place.map(|place| state.idle.remove(place)).is_some();
        self.leaving
    }
}

impl<J: Send + 'static> Drop for Place<J> {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.workers -= 1;
        // Not when the runtime shuts down: then nobody is to be hired.
        if !thread::panicking() && !self.leaving {
            return;
        }
        // A job that came while this one was on its way out, or that waited behind one that has panicked.
        if state.waiting.is_empty() {
            drop(state);
        } else {
            self.shared.hire(state);
        }
        self.shared.refill();
    }
}

async fn serve<J: Send + 'static, W: Worker<J>>(
    mut place: Place<J>,
    start: Start<J>,
    mut worker: W,
) {
    let mut next = Some(start);
    while let Some(start) = next {
        let job = match start {
            Start::Job(job) => Ok(job),
            Start::Idle(mut job) => match timeout(place.shared.settings.idle, &mut job).await {
                Ok(job) => job,
                Err(_) if place.leaves() => break,
                Err(_) => job.await,
            },
        };
        // The pool was dropped.
        let Ok(job) = job else { break };
        worker.work(job).await;
        next = place.next();
    }
    // The worker goes before its place does: there are never more of them than places.
    drop(worker);
    drop(place);
}

impl<J> fmt::Debug for Pool<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("settings", &self.shared.settings)
            .finish_non_exhaustive()
    }
}
