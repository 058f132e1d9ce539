//! Time, from outside: what waits for a moment can be tested without waiting.

use std::thread;
use std::time::Instant;

/// What time it is, and waiting for a time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Instant;

    /// Parks the calling thread until that time, or until it is unparked. May return earlier without a
    /// reason, as [`thread::park`] may: callers look again.
    fn park_until(&self, until: Instant) {
        thread::park_timeout(until.saturating_duration_since(self.now()));
    }
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }
}
