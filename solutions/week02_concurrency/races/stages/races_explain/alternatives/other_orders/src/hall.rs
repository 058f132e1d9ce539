//! Halls of one house, whose visitors wait for seats and exchange tickets. For the stage `races_deadlock_and_wakeup`.

use crate::counts::Counts;
use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError, lock_named};

/// A hall. No two have the same id.
#[derive(Debug)]
pub struct Hall {
    id: u32,
    counts: Mutex<Counts>,
    /// Rung when seats become free.
    freed: Condvar,
}

impl Hall {
    /// A hall with so many seats free and sold.
    #[must_use]
    pub fn new(id: u32, free: u32, sold: u32) -> Self {
        Self {
            id,
            counts: lock_named(&format!("hall {id}"), Counts { free, sold }),
            freed: Condvar::new(),
        }
    }

    /// The hall's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Both counts, of one moment.
    #[must_use]
    pub fn counts(&self) -> Counts {
        *self.lock()
    }

    /// Sells so many seats if that many are free, and tells whether it has.
    #[must_use]
    pub fn sell(&self, seats: u32) -> bool {
        let mut counts = self.lock();
        if counts.free < seats {
            return false;
        }
        counts.free -= seats;
        counts.sold += seats;
        true
    }

    /// Waits until so many seats are free, and sells them.
    pub fn wait_for(&self, seats: u32) {
        if self.sell(seats) {
            return;
        }
        let mut counts = self
            .freed
            .wait(self.lock())
            .unwrap_or_else(PoisonError::into_inner);
        counts.free -= seats;
        counts.sold += seats;
    }

    /// Takes back so many seats, which were sold.
    pub fn take_back(&self, seats: u32) {
        let mut counts = self.lock();
        counts.free += seats;
        counts.sold -= seats;
        drop(counts);
        self.freed.notify_one();
    }

    #[track_caller]
    fn lock(&self) -> MutexGuard<'_, Counts> {
        // Nothing panics between two steps of a change.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Exchanges tickets for so many seats of one hall for as many of another: all of them, or none if so many are not sold
/// there or not free here. Tells whether it has. Nobody sees them in both halls, or in none.
#[must_use]
pub fn exchange(from: &Hall, to: &Hall, seats: u32) -> bool {
    let mut source = from.lock();
    let mut target = to.lock();
    if source.sold < seats || target.free < seats {
        return false;
    }
    source.sold -= seats;
    source.free += seats;
    target.free -= seats;
    target.sold += seats;
    true
}
