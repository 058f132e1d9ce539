//! What became of the jobs that a drain has found.

use std::ops::Sub;

/// How the jobs ended that waited or ran when a drain began. Each is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Report {
    /// They returned before the deadline of the drain.
    pub finished: usize,
    /// They panicked before it.
    pub panicked: usize,
    /// They were never begun.
    pub dropped: usize,
    /// They were still running at the deadline, and were told.
    pub told: usize,
}

impl Sub for Report {
    type Output = Self;

    /// What has come since.
    fn sub(self, before: Self) -> Self {
        Self {
            finished: self.finished - before.finished,
            panicked: self.panicked - before.panicked,
            dropped: self.dropped - before.dropped,
            told: self.told - before.told,
        }
    }
}
