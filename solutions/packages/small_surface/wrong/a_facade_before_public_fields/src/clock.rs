//! What time it is.

use std::time::{Duration, Instant};

/// Tells the time since some moment that stays the same.
pub trait Clock {
    /// The time since then. It never goes back.
    fn now(&self) -> Duration;
}

/// The clock of this machine.
#[derive(Debug, Clone)]
pub struct SystemClock {
    pub start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}
