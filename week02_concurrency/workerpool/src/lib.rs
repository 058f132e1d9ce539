//! A pool of threads that run jobs.

use std::error::Error;
use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How a pool is to be. Made by [`Pool::builder`].
#[derive(Debug)]
pub struct Builder {
    name: String,
    workers: NonZeroUsize,
}

/// Threads that run jobs.
#[derive(Debug)]
pub struct Pool {
    jobs: Sender<Job>,
    closed: AtomicBool,
}

type Job = Box<dyn FnOnce() + Send>;

/// The pool has not taken a job. Here it is again.
pub struct Refused<F> {
    /// Why.
    pub reason: Reason,
    /// The job.
    pub job: F,
}

/// Why a pool does not take a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The pool was closed.
    Closed,
}

impl Builder {
    /// How many threads run jobs. One per core, if nobody says.
    pub fn workers(mut self, workers: NonZeroUsize) -> Self {
        self.workers = workers;
        self
    }

    /// Starts the pool.
    ///
    /// # Errors
    ///
    /// Fails if the system starts no further thread.
    pub fn start(self) -> io::Result<Pool> {
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..self.workers.get() {
            let queue = Arc::clone(&queue);
            thread::Builder::new()
                .name(self.name.clone())
                .spawn(move || work(&queue))?;
        }
        Ok(Pool {
            jobs,
            closed: AtomicBool::new(false),
        })
    }
}

impl Pool {
    /// A pool whose threads have this name.
    pub fn builder(name: &str) -> Builder {
        Builder {
            name: name.to_owned(),
            workers: thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
        }
    }

    /// Has a job run, as soon as a thread is free. Nobody is told how it ended.
    ///
    /// # Errors
    ///
    /// Gives the job back if the pool does not take it.
    pub fn execute<F: FnOnce() + Send + 'static>(&self, job: F) -> Result<(), Refused<F>> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(Refused {
                reason: Reason::Closed,
                job,
            });
        }
        let _ = self.jobs.send(Box::new(job));
        Ok(())
    }

    /// Takes no more jobs.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    while let Ok(job) = queue.lock().unwrap_or_else(PoisonError::into_inner).recv() {
        job();
    }
}

// By hand, because a closure has no `Debug`.
impl<F> fmt::Debug for Refused<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl<F> fmt::Display for Refused<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            Reason::Closed => f.write_str("the pool is closed"),
        }
    }
}

impl<F> Error for Refused<F> {}
