//! What the queue needs from whoever keeps its jobs.
//!
//! Architecture invariant: no rule about jobs is in a store. It finds a job, has [`Job`] change it, and
//! writes down what came of that, in one step.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::job::{Change, Job, JobId, Refused, Work};
use crate::time::Timestamp;

/// Keeps jobs. Each call happens as a whole or not at all, whatever happens at the same time, and what was
/// answered with `Ok` is kept.
///
/// After an error it may have happened all the same. Calls block.
pub trait Store: Send + Sync + 'static {
    /// Accepts a job, under a number above all that were ever given. With a key that was used before, it
    /// accepts nothing, and says which job that was.
    fn enqueue(
        &self,
        work: Work,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Enqueued, StoreError>;

    /// Leases the job that has been ready for longest; of two, the one with the smaller number.
    fn claim(&self, now: Timestamp, length: Duration) -> Result<Option<Job>, StoreError>;

    /// Applies the change to a job, and answers what the job is then.
    fn change(
        &self,
        id: JobId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError>;

    /// The job of that number.
    fn find(&self, id: JobId) -> Result<Option<Job>, StoreError>;

    /// Jobs that are dead at that time and have numbers above `after`, lowest first, at most `limit`.
    fn dead(
        &self,
        now: Timestamp,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError>;

    /// How many jobs stand where, at that time.
    fn census(&self, now: Timestamp) -> Result<Census, StoreError>;
}

/// What came of an attempt to enqueue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// The job is kept.
    New(JobId),
    /// It has been since somebody used the same key for the same work.
    Again(JobId),
    /// The key was used for other work.
    KeyReused,
}

/// All jobs, each counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Census {
    /// Ready, and nobody has them.
    pub ready: u64,
    /// Ready later.
    pub waiting: u64,
    pub leased: u64,
    pub done: u64,
    pub dead: u64,
    /// Since when the one that has been ready for longest has been.
    pub oldest: Option<Timestamp>,
}

/// A store did not do its work, or has done it and could not say so. For the log.
#[derive(Debug)]
pub struct StoreError {
    action: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl StoreError {
    /// What it was about to do, as in "cannot …", and what went wrong.
    pub fn new(action: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            action,
            source: source.into(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {}", self.action)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
