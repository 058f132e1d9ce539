//! A pool of workers that grows with its backlog and shrinks when there is nothing to do.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{self, Instant};

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
/// A job goes to the worker that has become idle last, so that the others get a chance to leave
/// although there is always something to do for somebody. A job that panics takes its worker with it.
#[derive(Debug)]
pub struct Pool<J> {
    jobs: mpsc::UnboundedSender<J>,
}

/// Owns the jobs and the workers, in one task. Nothing about the pool is known in two places, so
/// nothing that is decided here can be out of date when it is done.
struct Manager<J, W, H> {
    settings: Settings,
    hire: H,
    waiting: VecDeque<J>,
    /// Workers without a job, and since when, the longest idle first. They are values on a shelf and
    /// not tasks.
    idle: VecDeque<(Instant, W)>,
    /// A task for each job that is being done. It returns its worker.
    busy: JoinSet<W>,
    /// Whether there can be another job.
    open: bool,
}

impl<J: Send + 'static> Pool<J> {
    /// Starts a pool with `min` workers. `hire` makes a worker, and does not panic; nor does dropping
    /// one.
    ///
    /// # Panics
    ///
    /// Panics outside of a tokio runtime.
    pub fn start<W: Worker<J>>(
        settings: Settings,
        hire: impl Fn() -> W + Send + Sync + 'static,
    ) -> Self {
        let (jobs, submitted) = mpsc::unbounded_channel();
        let manager = Manager {
            settings,
            hire,
            waiting: VecDeque::new(),
            idle: VecDeque::new(),
            busy: JoinSet::new(),
            open: true,
        };
        tokio::spawn(manager.run(submitted));
        Self { jobs }
    }

    /// Has a job done. Jobs are begun in the order in which they were submitted.
    ///
    /// The queue has no bound: callers that can wait should bound what they submit.
    pub fn submit(&self, job: J) {
        // The manager ends after this handle.
        let _ = self.jobs.send(job);
    }
}

impl<J, W, H> Manager<J, W, H>
where
    J: Send + 'static,
    W: Worker<J>,
    H: Fn() -> W,
{
    async fn run(mut self, mut submitted: mpsc::UnboundedReceiver<J>) {
        loop {
            self.keep_min();
            let leaving = self.next_to_leave();
            tokio::select! {
                // Who has ended before who is asked for: a worker that is back is one that need not be
                // hired.
                biased;
                Some(ended) = self.busy.join_next() => self.ended(ended),
                job = submitted.recv(), if self.open => match job {
                    Some(job) => self.submitted(job),
                    None => self.close(),
                },
                () = time::sleep_until(leaving.unwrap_or_else(Instant::now)), if leaving.is_some() => {
                    self.idle.pop_front();
                }
                // Closed, and nobody is busy.
                else => return,
            }
        }
    }

    fn submitted(&mut self, job: J) {
        self.waiting.push_back(job);
        if self.workers() < self.settings.max {
            self.grow();
        } else if let Some((_, worker)) = self.idle.pop_back() {
            self.assign(worker);
        }
    }

    fn ended(&mut self, ended: Result<W, JoinError>) {
        match ended {
            Ok(worker) if !self.waiting.is_empty() => self.assign(worker),
            Ok(worker) if self.open => self.idle.push_back((Instant::now(), worker)),
            Ok(_) => {}
            // It has panicked, and its worker is gone.
            Err(_) if !self.waiting.is_empty() => self.grow(),
            Err(_) => {}
        }
    }

    /// No job will come. Those that wait are still done.
    fn close(&mut self) {
        self.open = false;
        self.idle.clear();
    }

    fn grow(&mut self) {
        if self.workers() < self.settings.max {
            let worker = (self.hire)();
            self.assign(worker);
        }
    }

    fn keep_min(&mut self) {
        while self.open && self.workers() < self.settings.min {
            let worker = (self.hire)();
            self.idle.push_back((Instant::now(), worker));
        }
    }

    /// Gives the first job that waits to a worker.
    fn assign(&mut self, mut worker: W) {
        if let Some(job) = self.waiting.pop_front() {
            self.busy.spawn(async move {
                worker.work(job).await;
                worker
            });
        }
    }

    /// When the worker leaves that has been idle for longest; never, if it has to stay.
    fn next_to_leave(&self) -> Option<Instant> {
        let (since, _) = self.idle.front()?;
        if self.workers() > self.settings.min {
            since.checked_add(self.settings.idle)
        } else {
            None
        }
    }

    fn workers(&self) -> usize {
        self.idle.len() + self.busy.len()
    }
}
