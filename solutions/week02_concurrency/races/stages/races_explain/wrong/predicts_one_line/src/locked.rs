//! The stock of a concert, by a lock. For the stage `races_three_ways`.

use crate::counts::Counts;
use crate::sync::{Mutex, MutexGuard, PoisonError};

/// How many seats are free, and how many are sold. Shared by every thread that sells.
#[derive(Debug)]
pub struct Stock {
    free: Mutex<u32>,
    sold: Mutex<u32>,
}

impl Stock {
    /// A concert with so many seats free and sold.
    #[must_use]
    pub fn new(free: u32, sold: u32) -> Self {
        Self {
            free: Mutex::new(free),
            sold: Mutex::new(sold),
        }
    }

    /// Sells so many seats if that many are free, and tells whether it has.
    #[must_use]
    pub fn sell(&self, seats: u32) -> bool {
        let mut free = lock(&self.free);
        if *free < seats {
            return false;
        }
        *free -= seats;
        drop(free);
        *lock(&self.sold) += seats;
        true
    }

    /// Takes back so many seats, which were sold.
    pub fn take_back(&self, seats: u32) {
        *lock(&self.free) += seats;
        *lock(&self.sold) -= seats;
    }

    /// Both counts, of one moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            free: *lock(&self.free),
            sold: *lock(&self.sold),
        }
    }
}

/// A number is whole after every statement, also if its owner panics.
fn lock(number: &Mutex<u32>) -> MutexGuard<'_, u32> {
    number.lock().unwrap_or_else(PoisonError::into_inner)
}
