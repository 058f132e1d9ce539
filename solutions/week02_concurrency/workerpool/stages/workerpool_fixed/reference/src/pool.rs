//! The pool and its threads.

use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::queue::Queue;
use crate::refused::Refused;

/// How a pool is to be. Made by [`Pool::builder`].
#[derive(Debug)]
pub struct Builder {
    name: String,
    workers: NonZeroUsize,
}

/// Threads that run jobs.
///
/// Dropping the pool runs what it has taken, and returns when the threads have ended.
pub struct Pool {
    queue: Arc<Queue>,
    workers: Vec<JoinHandle<()>>,
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
    /// Fails if the system starts no further thread. Those that were started have ended by then.
    pub fn start(self) -> io::Result<Pool> {
        // The pool is there before its threads: an early return drops it, and so joins them.
        let mut pool = Pool {
            queue: Arc::default(),
            workers: Vec::with_capacity(self.workers.get()),
        };
        for _ in 0..self.workers.get() {
            let queue = Arc::clone(&pool.queue);
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
        self.queue
            .push(Box::new(job))
            .map_err(|(reason, job)| Refused { reason, job: *job })
    }

    /// Takes no more jobs. What was taken still runs, and then the threads end.
    pub fn close(&self) {
        self.queue.close();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
        for worker in self.workers.drain(..) {
            // A thread whose job has panicked has ended as well.
            let _ = worker.join();
        }
    }
}

fn work(queue: &Queue) {
    while let Some(job) = queue.take() {
        job();
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}
