//! The pool and its threads.

use std::fmt;
use std::io;
use std::mem;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::clock::{Clock, SystemClock};
use crate::queue::{Pushed, Queue, WhenFull};
use crate::refused::{Reason, Refused};
use crate::report::Report;
use crate::size::Size;
use crate::stats::Stats;
use crate::task::{Guided, Run, Told, Untold};
use crate::ticket::{JobError, Ticket, promise};
use crate::token::Token;

/// How many jobs may wait in a pool if nobody says. A bound that is never reached costs nothing, and one
/// that is missing costs the machine.
const PLACES: usize = 1024;

/// How long a thread beyond the least is kept if nobody says.
const IDLE: Duration = Duration::from_secs(60);

/// How a pool is to be. Made by [`Pool::builder`].
pub struct Builder {
    name: String,
    workers: NonZeroUsize,
    max_workers: Option<NonZeroUsize>,
    idle: Duration,
    places: NonZeroUsize,
    clock: Arc<dyn Clock>,
}

/// Threads that run jobs.
///
/// A job that panics ends itself and nothing else: its thread goes on with the next one, so what the job
/// has put into a thread local is still there. Panics are printed by the panic hook, as everywhere.
///
/// Dropping the pool runs what it has taken, and returns when the threads have ended. If a job drops the
/// last handle, the job's own thread ends after it.
pub struct Pool {
    name: String,
    queue: Arc<Queue>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Builder {
    /// How many threads run jobs, at the least. One per core, if nobody says.
    pub fn workers(mut self, workers: NonZeroUsize) -> Self {
        self.workers = workers;
        self
    }

    /// How many threads there are at the most: a job that comes while all are busy starts another one. No
    /// more than at the least, if nobody says, or says less.
    pub fn max_workers(mut self, workers: NonZeroUsize) -> Self {
        self.max_workers = Some(workers);
        self
    }

    /// How long a thread has nothing to do before it leaves, unless only the least are left. A minute, if
    /// nobody says.
    pub fn idle(mut self, idle: Duration) -> Self {
        self.idle = idle;
        self
    }

    /// How many jobs may wait; 1,024, if nobody says.
    pub fn queue(mut self, places: NonZeroUsize) -> Self {
        self.places = places;
        self
    }

    /// What time it is, for all that the pool does by time; the [`SystemClock`], if nobody says.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Starts the pool.
    ///
    /// # Errors
    ///
    /// Fails if the system starts no further thread. Those that were started have ended by then.
    pub fn start(self) -> io::Result<Pool> {
        // The pool is there before its threads: an early return drops it, and so joins them.
        let min = self.workers.get();
        let size = Size {
            min,
            max: self.max_workers.map_or(min, |max| max.get().max(min)),
            idle: self.idle,
        };
        let pool = Pool {
            name: self.name,
            queue: Arc::new(Queue::new(self.places.get(), size, self.clock)),
            threads: Mutex::default(),
        };
        for _ in 0..min {
            pool.queue.enter();
            pool.start_thread()?;
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
            max_workers: None,
            idle: IDLE,
            places: NonZeroUsize::new(PLACES).unwrap_or(NonZeroUsize::MIN),
            clock: Arc::new(SystemClock),
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

    /// As [`try_submit`](Self::try_submit), for a job that is not begun at its deadline or later, and that
    /// is told when it should end. Who has a deadline does not wait for a place in front of it.
    ///
    /// # Errors
    ///
    /// Gives the job back if the pool is closed or full.
    pub fn submit_until<T, F>(
        &self,
        deadline: Option<Instant>,
        job: F,
    ) -> Result<Ticket<T>, Refused<F>>
    where
        T: Send + 'static,
        F: FnOnce(&Token) -> T + Send + 'static,
    {
        let (promise, slot) = promise();
        let token = Token::new(
            deadline,
            Arc::clone(self.queue.stopped()),
            Arc::clone(self.queue.clock()),
        );
        let task = Box::new(Guided {
            job,
            promise,
            token: token.clone(),
        });
        match self.push(task, deadline, WhenFull::Refuse) {
            Ok(id) => Ok(Ticket::new(slot, Arc::clone(&self.queue), id, Some(token))),
            Err((reason, task)) => Err(Refused {
                reason,
                job: task.job,
            }),
        }
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

    /// How many jobs wait and run, and how many threads there are.
    pub fn stats(&self) -> Stats {
        self.queue.stats()
    }

    /// Takes no more jobs. What was taken still runs, and then the threads end.
    pub fn close(&self) {
        self.queue.close();
    }

    /// Ends the pool: takes no more jobs, lets those that it has taken end until that time by its clock,
    /// then throws away what waits and tells what runs. Returns when everything has ended and no thread
    /// is left, which may be later than `until`: a thread can't be stopped, so a job that does not look at
    /// its token holds this up.
    ///
    /// Called by a job of this pool, it waits for all the others, and leaves the job's own thread.
    pub fn drain(&self, until: Instant) -> Report {
        let report = self.queue.drain(Some(until));
        self.join();
        report
    }

    /// Waits for threads that have left the queue.
    fn join(&self) {
        if self.queue.is_mine() {
            // Nobody can join himself. This thread ends when its job does, and the others are ending.
            return;
        }
        // Taken out first: who joins with the lock held waits for a job that may want the lock.
        let threads = mem::take(&mut *self.threads());
        for thread in threads {
            // A worker does not panic, and if one did: a panic in `drop` may abort the process.
            let _ = thread.join();
        }
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a thread that the queue has counted.
    fn start_thread(&self) -> io::Result<()> {
        let queue = Arc::clone(&self.queue);
        let thread = thread::Builder::new()
            .name(self.name.clone())
            .spawn(move || queue.work())
            .inspect_err(|_| self.queue.leave())?;
        let mut threads = self.threads();
        // Those that have left need no join any more.
        threads.retain(|thread| !thread.is_finished());
        threads.push(thread);
        Ok(())
    }

    /// Puts a task in, and starts a thread if it needs one. Returns its id.
    fn push<R: Run + 'static>(
        &self,
        task: Box<R>,
        deadline: Option<Instant>,
        when_full: WhenFull,
    ) -> Result<u64, (Reason, Box<R>)> {
        let Pushed { id, wants_thread } = self.queue.push(task, deadline, when_full)?;
        if wants_thread {
            // The job is taken. If the system has no thread to give, it waits for one that is there.
            let _ = self.start_thread();
        }
        Ok(id)
    }

    fn push_untold<F: FnOnce() + Send + 'static>(
        &self,
        job: F,
        when_full: WhenFull,
    ) -> Result<(), Refused<F>> {
        self.push(Box::new(Untold(job)), None, when_full)
            .map(drop)
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
        let (promise, slot) = promise();
        let task = Box::new(Told { job, promise });
        match self.push(task, None, when_full) {
            Ok(id) => Ok(Ticket::new(slot, Arc::clone(&self.queue), id, None)),
            Err((reason, task)) => Err(Refused {
                reason,
                job: task.job,
            }),
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.drain(None);
        self.join();
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("name", &self.name)
            .field("workers", &self.workers)
            .field("max_workers", &self.max_workers)
            .field("idle", &self.idle)
            .field("places", &self.places)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}
