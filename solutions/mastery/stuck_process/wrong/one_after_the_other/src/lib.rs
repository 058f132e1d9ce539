//! Sets reports in type, chapter by chapter, on a fixed number of threads.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

/// Sets a chapter. Takes a good part of a second of CPU time.
pub trait Typesetter: Send + Sync + 'static {
    /// The chapter's pages.
    fn set(&self, chapter: &str) -> String;
}

/// Reports are handed in here. When it is dropped, its threads end as soon as they have done what was handed in.
pub struct Press {
    pool: Arc<Pool>,
    typesetter: Arc<dyn Typesetter>,
}

impl Press {
    /// A press with so many threads.
    pub fn new(workers: usize, typesetter: Arc<dyn Typesetter>) -> Self {
        Self {
            pool: Pool::start(workers),
            typesetter,
        }
    }

    /// Hands in a report. Its chapters, set and in order, come out of the receiver.
    pub fn submit(&self, chapters: Vec<String>) -> Receiver<Vec<String>> {
        let (done, report) = channel();
        let typesetter = self.typesetter.clone();
        self.pool.run(move || {
            let _ = done.send(set_report(&typesetter, &chapters));
        });
        report
    }
}

impl Drop for Press {
    fn drop(&mut self) {
        self.pool.close();
    }
}

/// Sets one chapter after the other.
fn set_report(typesetter: &Arc<dyn Typesetter>, chapters: &[String]) -> Vec<String> {
    let pages = chapters.iter().map(|chapter| typesetter.set(chapter));
    pages.collect()
}

type Job = Box<dyn FnOnce() + Send>;

/// Threads that run jobs in the order in which they were given.
struct Pool {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Default)]
struct Jobs {
    waiting: VecDeque<Job>,
    closed: bool,
}

impl Pool {
    fn start(workers: usize) -> Arc<Self> {
        let pool = Arc::new(Self {
            jobs: Mutex::default(),
            changed: Condvar::new(),
        });
        for number in 1..=workers {
            let pool = pool.clone();
            let worker = thread::Builder::new().name(format!("press-{number}"));
            worker
                .spawn(move || pool.work())
                .expect("the system has room for a thread");
        }
        pool
    }

    fn run(&self, job: impl FnOnce() + Send + 'static) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.waiting.push_back(Box::new(job));
        self.changed.notify_one();
    }

    fn close(&self) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.closed = true;
        self.changed.notify_all();
    }

    /// Runs jobs until there is none and the pool is closed.
    fn work(&self) {
        while let Some(job) = self.next() {
            job();
        }
    }

    fn next(&self) -> Option<Job> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(job) = jobs.waiting.pop_front() {
                return Some(job);
            }
            if jobs.closed {
                return None;
            }
            jobs = self
                .changed
                .wait(jobs)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
