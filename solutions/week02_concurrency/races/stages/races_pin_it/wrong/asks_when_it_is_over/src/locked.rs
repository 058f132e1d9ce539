//! The stock of a concert, by a lock. For the stage `races_three_ways`.

use crate::counts::Counts;
use crate::sync::{Mutex, MutexGuard, PoisonError};

/// How many seats are free, and how many are sold. Shared by every thread that sells.
#[derive(Debug)]
pub struct Stock {
    // One lock for both: they are only right together, so nobody may see one without the other.
    counts: Mutex<Counts>,
}

impl Stock {
    /// A concert with so many seats free and sold.
    #[must_use]
    pub fn new(free: u32, sold: u32) -> Self {
        Self {
            counts: Mutex::new(Counts { free, sold }),
        }
    }

    /// Sells so many seats if that many are free, and tells whether it has.
    #[must_use]
    pub fn sell(&self, seats: u32) -> bool {
        // One guard for the question and for the answer. A second `lock` between them would be a second moment.
        let mut counts = self.lock();
        if counts.free < seats {
            return false;
        }
        counts.free -= seats;
        counts.sold += seats;
        true
    }

    /// Takes back so many seats, which were sold.
    pub fn take_back(&self, seats: u32) {
        let mut counts = self.lock();
        counts.free += seats;
        counts.sold -= seats;
    }

    /// Both counts, of one moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Nothing panics between the two changes of a call that keeps its contract.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
