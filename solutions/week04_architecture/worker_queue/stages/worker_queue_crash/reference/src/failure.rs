//! What a handler says when it has not done its job.

use std::time::Duration;

/// Why a handler has not done its job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(crate) why: String,
    pub(crate) for_good: bool,
    pub(crate) not_before: Duration,
}

impl Failure {
    /// For the job's history. Not for secrets.
    pub fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            for_good: false,
            not_before: Duration::ZERO,
        }
    }

    /// Each further attempt would fail as well.
    pub fn for_good(self) -> Self {
        Self {
            for_good: true,
            ..self
        }
    }

    /// There is no sense in an attempt before that has passed: what `Retry-After` said, for example.
    pub fn not_before(self, pause: Duration) -> Self {
        Self {
            not_before: pause,
            ..self
        }
    }

    pub fn why(&self) -> &str {
        &self.why
    }
}
