//! A pool of threads that run jobs.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// Threads that run jobs: at each moment as many as it was started with, whatever the jobs do.
///
/// A job that panics ends itself and nothing else. Its thread goes on with the next one, so what a job
/// has put into a thread local is still there afterwards.
///
/// Dropping the pool runs what was submitted, and returns when all threads have ended.
#[derive(Debug)]
pub struct Pool {
    /// `None` once the pool is being dropped.
    jobs: Option<Sender<Job>>,
    workers: Vec<JoinHandle<()>>,
}

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
        let queue = Arc::new(Mutex::new(queue));
        let mut pool = Self {
            jobs: Some(jobs),
            workers: Vec::new(),
        };
        for _ in 0..workers.get() {
            let queue = Arc::clone(&queue);
            let worker = thread::Builder::new()
                .name(name.to_owned())
                .spawn(move || work(&queue))?;
            pool.workers.push(worker);
        }
        Ok(pool)
    }

    /// Has a job run, as soon as a thread is free.
    pub fn submit<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Ticket<T> {
        let (done, answer) = mpsc::channel();
        let job = Box::new(move || {
            // Here and not only in the worker: this is the place that knows who has to be told. What
            // the job owned is dropped by the unwinding; what it shares with others is for them to
            // mistrust, with a poisoned mutex for instance.
            let ended = panic::catch_unwind(AssertUnwindSafe(job)).map_err(Panicked::from_payload);
            // Fails if nobody waits.
            let _ = done.send(ended);
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

impl Drop for Pool {
    fn drop(&mut self) {
        drop(self.jobs.take());
        for worker in self.workers.drain(..) {
            // A worker does not panic, and if one did: a panic in `drop` may abort the process.
            let _ = worker.join();
        }
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    while let Ok(job) = queue.lock().unwrap_or_else(PoisonError::into_inner).recv() {
        let _ = panic::catch_unwind(AssertUnwindSafe(job));
    }
}

impl Panicked {
    /// `panic!` has a `&str` if there is nothing to format, and otherwise a `String`. `panic_any` may
    /// have anything.
    fn from_payload(payload: Box<dyn Any + Send>) -> Self {
        let message = match payload.downcast::<String>() {
            Ok(message) => Some(*message),
            Err(payload) => payload.downcast_ref::<&str>().map(ToString::to_string),
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
