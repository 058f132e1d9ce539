//! How many threads there are to be.

use std::time::Duration;

/// The bounds of a pool, and how long it keeps what it does not need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) min: usize,
    /// Never below `min`.
    pub(crate) max: usize,
    pub(crate) idle: Duration,
}
