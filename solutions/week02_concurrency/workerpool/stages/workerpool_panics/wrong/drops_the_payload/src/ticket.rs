//! How a job's end gets from the thread that ran it to the one that asked.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::refused::Reason;

/// A job that was submitted. It runs whether or not somebody waits for it.
#[must_use = "a job whose end nobody wants is given to `execute`"]
pub struct Ticket<T> {
    slot: Arc<Slot<T>>,
}

/// The other end of a ticket. Dropping it is an answer too, so nobody waits for ever.
pub(crate) struct Promise<T> {
    /// `None` when it was kept.
    slot: Option<Arc<Slot<T>>>,
}

/// One value, once. A channel would do; it would also have a queue and two counts that nobody needs.
struct Slot<T> {
    outcome: Mutex<Option<Result<T, JobError>>>,
    ended: Condvar,
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
    let slot = Arc::new(Slot {
        outcome: Mutex::new(None),
        ended: Condvar::new(),
    });
    let promise = Promise {
        slot: Some(Arc::clone(&slot)),
    };
    (promise, Ticket { slot })
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
        let mut outcome = self.slot.lock();
        loop {
            if let Some(outcome) = outcome.take() {
                return outcome;
            }
            outcome = self
                .slot
                .ended
                .wait(outcome)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Whether the job has ended, so that [`wait`](Self::wait) would return at once.
    pub fn is_done(&self) -> bool {
        self.slot.lock().is_some()
    }
}

impl<T> Promise<T> {
    /// Tells how the job has ended. What is returned may be the last owner of the value: it is for the
    /// caller to say where that is dropped.
    pub(crate) fn keep(mut self, outcome: Result<T, JobError>) -> impl Sized {
        self.tell(outcome)
    }

    fn tell(&mut self, outcome: Result<T, JobError>) -> Option<Arc<Slot<T>>> {
        let slot = self.slot.take()?;
        *slot.lock() = Some(outcome);
        slot.ended.notify_one();
        Some(slot)
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        // A promise that was not kept, for whatever reason.
        self.tell(Err(JobError::Panicked { message: None }));
    }
}

impl<T> Slot<T> {
    fn lock(&self) -> MutexGuard<'_, Option<Result<T, JobError>>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
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
