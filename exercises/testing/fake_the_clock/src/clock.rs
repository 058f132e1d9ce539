//! Where the time comes from: the host's clock in production, one that is moved by hand in tests.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// Where a component gets the time of day from.
pub trait Clock: Send + Sync {
    /// What the clock shows. It may stand still, jump, and go back: administrators and time daemons
    /// set it.
    fn now(&self) -> SystemTime;
}

/// The host's clock, for production.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock for tests. It stands still until it is told to move.
#[derive(Debug)]
pub struct HandClock(Mutex<Hands>);

#[derive(Debug)]
struct Hands {
    shows: SystemTime,
    jump: Duration,
}

impl HandClock {
    /// A clock that shows a moment in September 2001.
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Hands {
            shows: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000),
            jump: Duration::ZERO,
        })))
    }

    /// Lets time pass.
    pub fn advance(&self, by: Duration) {
        self.hands(|hands| hands.shows += by);
    }

    /// Does what an administrator or a time daemon may do.
    pub fn set_back(&self, by: Duration) {
        self.hands(|hands| hands.shows -= by);
    }

    /// The next reading is still what the clock shows now. After it the clock has moved on by `by`, as
    /// when a thread is put aside between two lines.
    pub fn jump_after_the_next_reading(&self, by: Duration) {
        self.hands(|hands| hands.jump = by);
    }

    fn hands<T>(&self, act: impl FnOnce(&mut Hands) -> T) -> T {
        act(&mut self.0.lock().expect("no holder of the lock panics"))
    }
}

impl Clock for HandClock {
    fn now(&self) -> SystemTime {
        self.hands(|hands| {
            let reading = hands.shows;
            hands.shows += std::mem::take(&mut hands.jump);
            reading
        })
    }
}
