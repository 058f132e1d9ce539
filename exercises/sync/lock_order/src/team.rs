//! A team, which has minutes behind a lock of its own.

use crate::sync::{Mutex, MutexGuard, PoisonError, lock_named};

/// A team of the company. No two have the same id.
#[derive(Debug)]
pub struct Team {
    id: u32,
    minutes: Mutex<u64>,
}

impl Team {
    /// A team with so many minutes.
    #[must_use]
    pub fn new(id: u32, minutes: u64) -> Self {
        Self {
            id,
            minutes: lock_named(&format!("team {id}"), minutes),
        }
    }

    /// The team's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Waits for the team's lock. What is behind it are the minutes that are left.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, u64> {
        // A number is whole after every statement, also if its owner panics.
        self.minutes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
