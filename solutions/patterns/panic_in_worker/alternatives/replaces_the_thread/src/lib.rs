//! A pool of threads that run jobs.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Threads that run jobs: at each moment as many as it was started with, whatever the jobs do.
///
/// A job that panics ends its thread as well, and another thread takes its place.
///
/// Dropping the pool runs what was submitted, and returns when all threads have ended.
#[derive(Debug)]
pub struct Pool {
    /// `None` once the pool is being dropped.
    jobs: Option<Sender<Job>>,
    crew: Arc<Crew>,
}

/// What the workers share.
#[derive(Debug)]
struct Crew {
    name: String,
    queue: Mutex<Receiver<Job>>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

/// On the stack of each worker. When a panic ends the worker, this starts the next one.
struct Sentinel(Arc<Crew>);

type Job = Box<dyn FnOnce() + Send>;

/// A job that was submitted. It runs whether or not somebody waits for it.
#[derive(Debug)]
pub struct Ticket<T> {
    answer: Receiver<Result<T, Panicked>>,
}

/// A job has panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panicked {
    /// What it said, if it said anything in words.
    pub message: Option<String>,
}

impl Pool {
    /// Starts so many threads of this name.
    ///
    /// # Errors
    ///
    /// Fails if the system starts no further thread.
    pub fn start(name: &str, workers: NonZeroUsize) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel();
        let crew = Crew {
            name: name.to_owned(),
            queue: Mutex::new(queue),
            workers: Mutex::default(),
        };
        let pool = Self {
            jobs: Some(jobs),
            crew: Arc::new(crew),
        };
        for _ in 0..workers.get() {
            pool.crew.hire()?;
        }
        Ok(pool)
    }

    /// Has a job run, as soon as a thread is free.
    pub fn submit<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Ticket<T> {
        let (done, answer) = mpsc::channel();
        let job = Box::new(move || {
            match panic::catch_unwind(AssertUnwindSafe(job)) {
                // Fails if nobody waits.
                Ok(value) => drop(done.send(Ok(value))),
                Err(payload) => {
                    let _ = done.send(Err(Panicked::from_payload(&*payload)));
                    // The thread may be in a state that the job has left it in: it ends.
                    panic::resume_unwind(payload);
                }
            }
        });
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(job);
        }
        Ticket { answer }
    }
}

impl<T> Ticket<T> {
    /// Waits until the job has ended, and returns its value.
    ///
    /// # Errors
    ///
    /// Fails if the job has panicked, with what it said.
    pub fn wait(self) -> Result<T, Panicked> {
        // The channel is closed without an answer only if something panicked after the job.
        self.answer
            .recv()
            .unwrap_or(Err(Panicked { message: None }))
    }
}

impl Crew {
    fn hire(self: &Arc<Self>) -> io::Result<()> {
        let sentinel = Sentinel(Arc::clone(self));
        let worker = thread::Builder::new()
            .name(self.name.clone())
            .spawn(move || work(&sentinel.0.queue))?;
        self.workers().push(worker);
        Ok(())
    }

    fn workers(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        if thread::panicking() {
            // If the system starts no further thread, the pool is smaller from now on.
            let _ = self.0.hire();
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        drop(self.jobs.take());
        // A worker that panics has pushed the next one before it has ended, so this loop finds that one.
        loop {
            let Some(worker) = self.crew.workers().pop() else {
                return;
            };
            let _ = worker.join();
        }
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    while let Some(job) = next(queue) {
        job();
    }
}

/// The next job, or `None` when there will be no more. The lock is gone when it returns.
fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
}

impl Panicked {
    /// `panic!` has a `&str` if there is nothing to format, and otherwise a `String`. `panic_any` may
    /// have anything.
    fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let message = match payload.downcast_ref::<String>() {
            Some(message) => Some(message.clone()),
            None => payload.downcast_ref::<&str>().map(ToString::to_string),
        };
        Self { message }
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "the job has panicked: {message}"),
            None => f.write_str("the job has panicked"),
        }
    }
}

impl Error for Panicked {}
