//! What only the machine knows: the time, and numbers that nobody else has.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
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

/// Numbers drawn by lot. Programs that share a file share no counter, and 64 bits do not meet; where they do, the desk notices.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self) -> u64 {
        // Each state of the standard library's hash maps has random keys, and the hash of nothing tells two of them apart.
        RandomState::new().build_hasher().finish()
    }
}
