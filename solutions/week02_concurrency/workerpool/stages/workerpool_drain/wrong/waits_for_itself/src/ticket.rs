//! How a job's end gets from the thread that ran it to the one that asked.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::Instant;

use crate::queue::Queue;
use crate::refused::Reason;
use crate::token::Token;

/// A job that was submitted. It runs whether or not somebody waits for it.
#[must_use = "a job whose end nobody wants is given to `execute`"]
pub struct Ticket<T> {
    slot: Arc<Slot<T>>,
    queue: Arc<Queue>,
    id: u64,
    /// For a job that listens.
    token: Option<Token>,
}

/// The other end of a ticket. Dropping it is an answer too, so nobody waits for ever.
pub(crate) struct Promise<T> {
    /// `None` when it was kept.
    slot: Option<Arc<Slot<T>>>,
}

/// One value, once. A channel would do; it would also have a queue and two counts that nobody needs.
pub(crate) struct Slot<T> {
    state: Mutex<State<T>>,
}

struct State<T> {
    outcome: Option<Result<T, JobError>>,
    /// Who waits. Parked and not at a condition variable, because a clock can park a thread, and a
    /// condition variable knows no clock but one.
    waiter: Option<Thread>,
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
    /// It was cancelled before it began.
    Cancelled,
    /// Its deadline came before it began.
    Expired,
    /// It was not taken.
    Refused {
        /// Why.
        reason: Reason,
    },
}

/// A promise, and what makes a ticket once the job has an id.
pub(crate) fn promise<T>() -> (Promise<T>, Arc<Slot<T>>) {
    let slot = Arc::new(Slot {
        state: Mutex::new(State {
            outcome: None,
            waiter: None,
        }),
    });
    let promise = Promise {
        slot: Some(Arc::clone(&slot)),
    };
    (promise, slot)
}

impl<T> Ticket<T> {
    pub(crate) fn new(
        slot: Arc<Slot<T>>,
        queue: Arc<Queue>,
        id: u64,
        token: Option<Token>,
    ) -> Self {
        Self {
            slot,
            queue,
            id,
            token,
        }
    }

    /// Waits until the job has ended, and returns its value. What the job owned has been dropped by then.
    ///
    /// A job that waits for another one of the same pool takes a thread away from it: with one thread it
    /// waits for ever.
    ///
    /// # Errors
    ///
    /// Fails if the job has ended without a value.
    pub fn wait(self) -> Result<T, JobError> {
        loop {
            if let Some(outcome) = self.slot.outcome_or_wait() {
                return outcome;
            }
            thread::park();
        }
    }

    /// As [`wait`](Self::wait), until that time by the pool's clock.
    ///
    /// # Errors
    ///
    /// Gives the ticket back if the job has not ended by then. The job goes on.
    pub fn wait_until(self, until: Instant) -> Result<Result<T, JobError>, Self> {
        let clock = Arc::clone(self.queue.clock());
        loop {
            if let Some(outcome) = self.slot.outcome_or_wait() {
                return Ok(outcome);
            }
            if clock.now() >= until {
                return Err(self);
            }
            clock.park_until(until);
        }
    }

    /// Whether the job has ended, so that [`wait`](Self::wait) would return at once.
    pub fn is_done(&self) -> bool {
        self.slot.lock().outcome.is_some()
    }

    /// Says that nobody needs the job any more. If it has not begun, it never will: what it owned is
    /// dropped here, and its place in the queue is free. If it runs, its [`Token`] tells it, and how it
    /// ends is up to the job. If it has ended, nothing happens.
    pub fn cancel(&self) {
        // The token first: a job that begins in this moment sees it.
        if let Some(token) = &self.token {
            token.cancel();
        }
        self.queue.cancel(self.id);
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
        let mut state = slot.lock();
        state.outcome = Some(outcome);
        let waiter = state.waiter.take();
        drop(state);
        if let Some(waiter) = waiter {
            waiter.unpark();
        }
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
    /// The outcome; or this thread is unparked when there is one.
    fn outcome_or_wait(&self) -> Option<Result<T, JobError>> {
        let mut state = self.lock();
        let outcome = state.outcome.take();
        if outcome.is_none() {
            state.waiter = Some(thread::current());
        }
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
            JobError::Cancelled => f.write_str("the job was cancelled before it began"),
            JobError::Expired => f.write_str("the job was not begun by its deadline"),
            JobError::Refused { reason } => write!(f, "the job was not taken ({reason:?})"),
        }
    }
}

impl Error for JobError {}
