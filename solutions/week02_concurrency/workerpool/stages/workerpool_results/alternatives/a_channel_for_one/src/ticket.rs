//! How a job's end gets from the thread that ran it to the one that asked.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};

use crate::refused::Reason;

/// A job that was submitted. It runs whether or not somebody waits for it.
#[must_use = "a job whose end nobody wants is given to `execute`"]
pub struct Ticket<T> {
    outcome: Receiver<Result<T, JobError>>,
    done: Arc<AtomicBool>,
}

/// The other end of a ticket. Dropping it is an answer too, so nobody waits for ever.
pub(crate) struct Promise<T> {
    /// `None` when it was kept.
    outcome: Option<SyncSender<Result<T, JobError>>>,
    done: Arc<AtomicBool>,
}

/// A job has no value to show. What the job itself calls an error is a value, and is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JobError {
    /// It has panicked.
    Panicked {
        /// What it said, if it said anything in words.
        message: Option<String>,
    },
    /// It was not taken.
    Refused {
        /// Why.
        reason: Reason,
    },
}

/// A ticket and what it is for.
pub(crate) fn ticket<T>() -> (Promise<T>, Ticket<T>) {
    let (tell, outcome) = mpsc::sync_channel(1);
    let done = Arc::new(AtomicBool::new(false));
    let promise = Promise {
        outcome: Some(tell),
        done: Arc::clone(&done),
    };
    (promise, Ticket { outcome, done })
}

impl<T> Ticket<T> {
    /// Waits until the job has ended, and returns its value. What the job owned has been dropped by then.
    ///
    /// A job that waits for another one of the same pool takes a thread away from it: with one thread it
    /// waits for ever.
    ///
    /// # Errors
    ///
    /// Fails if the job has ended without a value.
    pub fn wait(self) -> Result<T, JobError> {
        // The promise always sends something before it is gone.
        self.outcome
            .recv()
            .unwrap_or(Err(JobError::Panicked { message: None }))
    }

    /// Whether the job has ended, so that [`wait`](Self::wait) would return at once.
    pub fn is_done(&self) -> bool {
        self.done.load(Ordering::Acquire)
    }
}

impl<T> Promise<T> {
    /// Tells how the job has ended.
    pub(crate) fn keep(mut self, outcome: Result<T, JobError>) {
        self.tell(outcome);
    }

    fn tell(&mut self, outcome: Result<T, JobError>) {
        if let Some(tell) = self.outcome.take() {
            // Fails if the ticket is gone. There is a place: this is the only message.
            let _ = tell.send(outcome);
            self.done.store(true, Ordering::Release);
        }
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        // A promise that was not kept: the job unwinds.
        self.tell(Err(JobError::Panicked { message: None }));
    }
}

// Without `T: Debug`, so that a ticket for anything can be looked at.
impl<T> fmt::Debug for Ticket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("is_done", &self.is_done())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JobError::Panicked {
                message: Some(message),
            } => write!(f, "the job has panicked: {message}"),
            JobError::Panicked { message: None } => f.write_str("the job has panicked"),
            JobError::Refused { reason } => write!(f, "the job was not taken ({reason:?})"),
        }
    }
}

impl Error for JobError {}
