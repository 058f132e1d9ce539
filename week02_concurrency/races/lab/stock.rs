//! The seats of a concert, as they were sold last summer. It is wrong, and stays so: this is the specimen.

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

    /// Sells so many seats if that many are free, and tells whether it has. Four steps, or one.
    #[must_use]
    pub fn sell(&self, seats: u32) -> bool {
        let free = self.free.load(Ordering::SeqCst);
        if free < seats {
            return false;
        }
        self.free.store(free - seats, Ordering::SeqCst);
        let sold = self.sold.load(Ordering::SeqCst);
        self.sold.store(sold + seats, Ordering::SeqCst);
        true
    }

    /// Takes back so many seats that were sold. Four steps.
    pub fn take_back(&self, seats: u32) {
        let free = self.free.load(Ordering::SeqCst);
        self.free.store(free + seats, Ordering::SeqCst);
        let sold = self.sold.load(Ordering::SeqCst);
        self.sold.store(sold - seats, Ordering::SeqCst);
    }

    /// Both counts. Two steps.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            free: self.free.load(Ordering::SeqCst),
            sold: self.sold.load(Ordering::SeqCst),
        }
    }
}
