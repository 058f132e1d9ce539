//! The stock of a concert, by a lock. For the stage `races_three_ways`.

use crate::counts::Counts;
use crate::sync::{Mutex, PoisonError};

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
        self.with(|counts| {
            let enough = counts.free >= seats;
            if enough {
                counts.free -= seats;
                counts.sold += seats;
            }
            enough
        })
    }

    /// Takes back so many seats, which were sold.
    pub fn take_back(&self, seats: u32) {
        self.with(|counts| {
            counts.free += seats;
            counts.sold -= seats;
        });
    }

    /// Both counts, of one moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.with(|counts| *counts)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Counts) -> T) -> T {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut counts)
    }
}
