//! The stock of a concert, by ownership: each seller has seats of its own. For the stage `races_three_ways`.

use std::mem;

use crate::counts::Counts;

/// Seats that one seller owns. Nobody else can sell them, so there is nothing to lock.
// No `Clone`: a copy would be a second seller of the same seats. That is all that keeps this from racing.
#[derive(Debug)]
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
        let Counts { free, mut sold } = self.counts;
        let parts = u32::try_from(sellers).expect("fewer sellers than four thousand million");
        (0..parts)
            .map(|part| {
                // The first `free % parts` have one more.
                let free = free / parts + u32::from(part < free % parts);
                Share::new(free, mem::take(&mut sold))
            })
            .collect()
    }

    /// Puts shares together again.
    #[must_use]
    pub fn merge(shares: Vec<Share>) -> Share {
        let (free, sold) = shares.iter().fold((0, 0), |(free, sold), share| {
            (free + share.counts.free, sold + share.counts.sold)
        });
        Share::new(free, sold)
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
