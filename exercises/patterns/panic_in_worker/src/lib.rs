//! A pool of threads that run jobs.

use std::error::Error;
use std::fmt;
use std::io;
use std::num::NonZeroUsize;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// Threads that run jobs. Dropping the pool runs what was submitted, and then ends them.
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
    answer: Receiver<T>,
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
            // Fails if nobody waits.
            let _ = done.send(job());
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
    /// Fails if the job has panicked.
    pub fn wait(self) -> Result<T, Panicked> {
        self.answer.recv().map_err(|_| Panicked { message: None })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        drop(self.jobs.take());
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

/// The next job, or `None` when there will be no more. The lock is gone when it returns.
fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
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
