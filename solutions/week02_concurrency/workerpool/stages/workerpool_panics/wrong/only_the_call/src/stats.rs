//! What a pool says about itself.

/// How a pool is at one moment. It may be another one by the time it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Jobs that were taken and have not begun.
    pub waiting: usize,
    /// Jobs that have begun and not ended.
    pub running: usize,
}
