//! What only the machine knows: the time, and numbers that nobody else has.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::Minute;
use crate::ports::{Clock, Ids};

/// The time of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Minute {
        // A machine that thinks that it is before 1970 is wrong, and at the beginning of time nothing is past.
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let minutes = since.map_or(0, |since| since.as_secs() / 60);
        Minute(minutes.cast_signed())
    }
}

/// Numbers from 1 on.
#[derive(Debug, Default)]
pub struct Counted(AtomicU64);

impl Ids for Counted {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}
