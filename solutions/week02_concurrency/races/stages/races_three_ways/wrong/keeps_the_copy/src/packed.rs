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
        self.change(|Counts { free, sold }| {
            Some(Counts {
                free: free.checked_sub(seats)?,
                sold: sold + seats,
            })
        })
    }

    /// Takes back so many seats, which were sold.
    pub fn take_back(&self, seats: u32) {
        self.change(|Counts { free, sold }| {
            Some(Counts {
                free: free + seats,
                sold: sold - seats,
            })
        });
    }

    /// Both counts, of one moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        unpack(self.both.load(Ordering::Relaxed))
    }

    /// Makes one step of the old counts, the rule and the new counts. The rule is asked again whenever somebody else was
    /// faster, so it must do nothing but answer. Tells whether it had an answer.
    fn change(&self, rule: impl Fn(Counts) -> Option<Counts>) -> bool {
        // Relaxed: nobody reads other memory because of what is in here, and the changes of one atomic are in one order
        // anyway.
        self.both
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |both| {
                rule(unpack(both)).map(pack)
            })
            .is_ok()
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
