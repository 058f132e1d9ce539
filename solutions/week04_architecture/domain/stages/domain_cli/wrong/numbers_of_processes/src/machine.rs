//! What only the machine knows: the time, and numbers that nobody else has.

use std::process;
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

/// The number of the process, which no two programs have at one time.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self) -> u64 {
        u64::from(process::id())
    }
}
