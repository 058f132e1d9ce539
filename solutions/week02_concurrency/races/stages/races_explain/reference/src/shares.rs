//! The stock of a concert, by ownership: each seller has seats of its own. For the stage `races_three_ways`.

use crate::counts::Counts;

/// Seats that one seller owns. Nobody else can sell them, so there is nothing to lock.
#[derive(Debug, Clone)]
pub struct Share {
    counts: Counts,
}

impl Share {
    /// All seats of a concert, so many of them free and sold.
    #[must_use]
    pub fn new(free: u32, sold: u32) -> Self {
        Self {
            counts: Counts { free, sold },
        }
    }

    /// Gives each of so many sellers a share. Every free seat is in exactly one of them, the numbers differ by one at
    /// most, and earlier shares have the larger ones. What is sold already is in the first.
    ///
    /// # Panics
    ///
    /// Panics if there are no sellers.
    #[must_use]
    pub fn split(self, sellers: usize) -> Vec<Share> {
        assert!(sellers > 0, "somebody has to have the seats");
        vec![self; sellers]
    }

    /// Puts shares together again.
    #[must_use]
    pub fn merge(shares: Vec<Share>) -> Share {
        // Whoever has sold the most knows best what is left.
        let last = shares.into_iter().max_by_key(|share| share.counts.sold);
        last.unwrap_or_else(|| Share::new(0, 0))
    }

    /// Sells so many seats if this share has that many free, and tells whether it has.
    #[must_use]
    pub fn sell(&mut self, seats: u32) -> bool {
        if self.counts.free < seats {
            return false;
        }
        self.counts.free -= seats;
        self.counts.sold += seats;
        true
    }

    /// Takes back so many seats, which this share has sold.
    pub fn take_back(&mut self, seats: u32) {
        self.counts.free += seats;
        self.counts.sold -= seats;
    }

    /// What this share has.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }
}
