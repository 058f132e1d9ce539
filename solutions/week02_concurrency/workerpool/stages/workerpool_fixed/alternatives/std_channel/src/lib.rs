//! A pool of threads that run jobs, with the channel of the standard library as its queue.

use std::error::Error;
use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// How a pool is to be. Made by [`Pool::builder`].
#[derive(Debug)]
pub struct Builder {
    name: String,
    workers: NonZeroUsize,
}

/// Threads that run jobs.
#[derive(Debug)]
pub struct Pool {
    /// `None` once it is closed: dropping the sender is the close.
    jobs: Mutex<Option<Sender<Job>>>,
    workers: Vec<JoinHandle<()>>,
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
        let mut pool = Pool {
            jobs: Mutex::new(Some(jobs)),
            workers: Vec::new(),
        };
        for _ in 0..self.workers.get() {
            let queue = Arc::clone(&queue);
            let worker = thread::Builder::new()
                .name(self.name.clone())
                .spawn(move || work(&queue))?;
            pool.workers.push(worker);
        }
        Ok(pool)
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
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        match &*jobs {
            Some(jobs) => {
                // Fails only if all threads have panicked, which is another stage's business.
                let _ = jobs.send(Box::new(job));
                Ok(())
            }
            None => Err(Refused {
                reason: Reason::Closed,
                job,
            }),
        }
    }

    /// Takes no more jobs.
    pub fn close(&self) {
        drop(
            self.jobs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    while let Some(job) = next(queue) {
        job();
    }
}

/// The next job. A function of its own, so that the guard is gone when the job runs.
fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
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
