//! The stock of a concert, by one atomic. For the stage `races_three_ways`.

use crate::counts::Counts;
use crate::sync::atomic::{AtomicU32, Ordering};

/// How many seats are free, and how many are sold. Shared by every thread that sells.
#[derive(Debug)]
pub struct Stock {
    free: AtomicU32,
    sold: AtomicU32,
}

impl Stock {
    /// A concert with so many seats free and sold.
    #[must_use]
    pub fn new(free: u32, sold: u32) -> Self {
        Self {
            free: AtomicU32::new(free),
            sold: AtomicU32::new(sold),
        }
    }

    /// Sells so many seats if that many are free, and tells whether it has.
    #[must_use]
    pub fn sell(&self, seats: u32) -> bool {
        let taken = self
            .free
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |free| {
                free.checked_sub(seats)
            });
        if taken.is_ok() {
            self.sold.fetch_add(seats, Ordering::AcqRel);
        }
        taken.is_ok()
    }

    /// Takes back so many seats, which were sold.
    pub fn take_back(&self, seats: u32) {
        self.sold.fetch_sub(seats, Ordering::AcqRel);
        self.free.fetch_add(seats, Ordering::AcqRel);
    }

    /// Both counts, of one moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            free: self.free.load(Ordering::Acquire),
            sold: self.sold.load(Ordering::Acquire),
        }
    }
}
