//! The stock of a concert, by one atomic. For the stage `races_three_ways`.

use crate::counts::Counts;
use crate::sync::atomic::{AtomicU64, Ordering};

/// How many seats are free, and how many are sold. Shared by every thread that sells.
#[derive(Debug)]
pub struct Stock {
    /// Free seats in the upper half, sold ones in the lower.
    both: AtomicU64,
}

impl Stock {
    /// A concert with so many seats free and sold.
    #[must_use]
    pub fn new(free: u32, sold: u32) -> Self {
        Self {
            both: AtomicU64::new(pack(Counts { free, sold })),
        }
    }

    /// Sells so many seats if that many are free, and tells whether it has.
    #[must_use]
    pub fn sell(&self, seats: u32) -> bool {
        let mut both = self.both.load(Ordering::Relaxed);
        loop {
            let Counts { free, sold } = unpack(both);
            let Some(free) = free.checked_sub(seats) else {
                return false;
            };
            let next = pack(Counts {
                free,
                sold: sold + seats,
            });
            match self
                .both
                .compare_exchange_weak(both, next, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => return true,
                Err(now) => both = now,
            }
        }
    }

    /// Takes back so many seats, which were sold.
    pub fn take_back(&self, seats: u32) {
        // Has no condition, so it is one addition: up above and down below.
        let change = (u64::from(seats) << 32).wrapping_sub(u64::from(seats));
        self.both.fetch_add(change, Ordering::Relaxed);
    }

    /// Both counts, of one moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        unpack(self.both.load(Ordering::Relaxed))
    }
}

fn pack(counts: Counts) -> u64 {
    u64::from(counts.free) << 32 | u64::from(counts.sold)
}

fn unpack(both: u64) -> Counts {
    Counts {
        free: (both >> 32) as u32,
        sold: both as u32,
    }
}
