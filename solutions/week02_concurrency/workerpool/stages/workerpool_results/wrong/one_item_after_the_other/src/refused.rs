//! What a caller gets whose job was not taken.

use std::error::Error;
use std::fmt;

/// The pool has not taken a job. Here it is again.
pub struct Refused<F> {
    /// Why.
    pub reason: Reason,
    /// The job.
    pub job: F,
}

/// Why a pool does not take a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The pool was closed.
    Closed,
    /// All places of the queue are taken, and this caller does not wait for one.
    Full,
}

// By hand, because a closure has no `Debug`.
impl<F> fmt::Debug for Refused<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refused")
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

impl<F> fmt::Display for Refused<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            Reason::Closed => f.write_str("the pool is closed"),
            Reason::Full => f.write_str("the queue is full"),
        }
    }
}

impl<F> Error for Refused<F> {}
