//! The pool and its threads.

use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::queue::{Queue, WhenFull};
use crate::refused::Refused;
use crate::stats::Stats;
use crate::task::{Told, Untold};
use crate::ticket::{JobError, Ticket, ticket};

/// How many jobs may wait in a pool if nobody says. A bound that is never reached costs nothing, and one
/// that is missing costs the machine.
const PLACES: usize = 1024;

/// How a pool is to be. Made by [`Pool::builder`].
#[derive(Debug)]
pub struct Builder {
    name: String,
    workers: NonZeroUsize,
    places: NonZeroUsize,
}

/// Threads that run jobs.
///
/// A job that panics ends itself and nothing else: its thread goes on with the next one, so what the job
/// has put into a thread local is still there. Panics are printed by the panic hook, as everywhere.
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

    /// How many jobs may wait; 1,024, if nobody says.
    pub fn queue(mut self, places: NonZeroUsize) -> Self {
        self.places = places;
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
            queue: Arc::new(Queue::with_places(self.places.get())),
            workers: Vec::with_capacity(self.workers.get()),
        };
        for _ in 0..self.workers.get() {
            let queue = Arc::clone(&pool.queue);
            let worker = thread::Builder::new()
                .name(self.name.clone())
                .spawn(move || queue.work())?;
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
            places: NonZeroUsize::new(PLACES).unwrap_or(NonZeroUsize::MIN),
        }
    }

    /// Has a job run, as soon as a thread is free. Nobody is told how it ended.
    ///
    /// Waits for a place in the queue, but not if it is called by a job of this pool: that would be
    /// waiting for itself.
    ///
    /// # Errors
    ///
    /// Gives the job back if the pool does not take it: it is closed, or was closed meanwhile, or it is
    /// full and the caller is a job of this pool.
    pub fn execute<F: FnOnce() + Send + 'static>(&self, job: F) -> Result<(), Refused<F>> {
        self.push_untold(job, WhenFull::Wait)
    }

    /// As [`execute`](Self::execute), without waiting for a place.
    ///
    /// # Errors
    ///
    /// Gives the job back if the pool is closed or full.
    pub fn try_execute<F: FnOnce() + Send + 'static>(&self, job: F) -> Result<(), Refused<F>> {
        self.push_untold(job, WhenFull::Refuse)
    }

    /// As [`execute`](Self::execute), with a ticket for the job's value.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub fn submit<T, F>(&self, job: F) -> Result<Ticket<T>, Refused<F>>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.push_told(job, WhenFull::Wait)
    }

    /// As [`submit`](Self::submit), without waiting for a place.
    ///
    /// # Errors
    ///
    /// Gives the job back if the pool is closed or full.
    pub fn try_submit<T, F>(&self, job: F) -> Result<Ticket<T>, Refused<F>>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        self.push_told(job, WhenFull::Refuse)
    }

    /// Does something with each item, side by side, and returns what came of each, in the order of the
    /// items. One that fails has no effect on the others.
    pub fn map<I, T, F>(&self, items: Vec<I>, each: F) -> Vec<Result<T, JobError>>
    where
        I: Send + 'static,
        T: Send + 'static,
        F: Fn(I) -> T + Send + Sync + 'static,
    {
        let each = Arc::new(each);
        // All of them are given before the first is waited for.
        let tickets: Vec<_> = items
            .into_iter()
            .map(|item| {
                let each = Arc::clone(&each);
                self.submit(move || each(item))
                    .map_err(|refused| refused.reason)
            })
            .collect();
        tickets
            .into_iter()
            .map(|ticket| match ticket {
                Ok(ticket) => ticket.wait(),
                Err(reason) => Err(JobError::Refused { reason }),
            })
            .collect()
    }

    /// How many jobs wait and run.
    pub fn stats(&self) -> Stats {
        self.queue.stats()
    }

    /// Takes no more jobs. What was taken still runs, and then the threads end.
    pub fn close(&self) {
        self.queue.close();
    }

    fn push_untold<F: FnOnce() + Send + 'static>(
        &self,
        job: F,
        when_full: WhenFull,
    ) -> Result<(), Refused<F>> {
        self.queue
            .push(Box::new(Untold(job)), when_full)
            .map_err(|(reason, task)| Refused {
                reason,
                job: task.0,
            })
    }

    fn push_told<T, F>(&self, job: F, when_full: WhenFull) -> Result<Ticket<T>, Refused<F>>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (promise, ticket) = ticket();
        match self.queue.push(Box::new(Told { job, promise }), when_full) {
            Ok(()) => Ok(ticket),
            Err((reason, task)) => Err(Refused {
                reason,
                job: task.job,
            }),
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.close();
        for worker in self.workers.drain(..) {
            // A worker does not panic, and if one did: a panic in `drop` may abort the process.
            let _ = worker.join();
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}
