//! How a job that runs learns that it should end.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Tells a job whether it should end. A thread can't be stopped from outside: a job that never looks is
/// never stopped.
#[derive(Clone)]
pub struct Token {
    cancelled: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

impl Token {
    pub(crate) fn new(deadline: Option<Instant>) -> Self {
        Self {
            cancelled: Arc::default(),
            deadline,
        }
    }

    /// Whether the job was cancelled, or its deadline is there. From then on it stays so.
    pub fn is_cancelled(&self) -> bool {
        // `Relaxed`: the flag is all there is, and nothing is published with it.
        self.cancelled.load(Ordering::Relaxed)
    }

    /// When the job has to have ended, if somebody has said so: to be passed on.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("cancelled", &self.cancelled)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
