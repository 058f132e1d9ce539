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
        // One guard from the look to the wait: `wait` gives the lock back and listens in one step, so a seat that comes
        // in between can't go by unheard. And `while`, because between the bell and the lock somebody may be faster.
        let mut counts = self.lock();
        while counts.free < seats {
            counts = self
                .freed
                .wait(counts)
                .unwrap_or_else(PoisonError::into_inner);
        }
        counts.free -= seats;
        counts.sold += seats;
    }

    /// Takes back so many seats, which were sold.
    pub fn take_back(&self, seats: u32) {
        let mut counts = self.lock();
        counts.free += seats;
        counts.sold -= seats;
        drop(counts);
        // All, because not everybody waits for the same: the one who is woken may want more seats than there are, and
        // go back to sleep with the bell that another one needed.
        self.freed.notify_all();
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
    if from.id == to.id {
        // A second guard of one lock would wait for the first. The seats that are given are those that are taken.
        return from.lock().sold >= seats;
    }
    // By id, whoever calls and in whatever direction: two threads that take locks in one order can't each hold what the
    // other one wants.
    let (mut source, mut target);
    if from.id < to.id {
        source = from.lock();
        target = to.lock();
    } else {
        target = to.lock();
        source = from.lock();
    }
    if source.sold < seats {
        return false;
    }
    source.sold -= seats;
    source.free += seats;
    target.free = target.free.saturating_sub(seats);
    target.sold += seats;
    drop((source, target));
    // An exchange gives seats back, too, and in that hall somebody may wait for them.
    from.freed.notify_all();
    true
}
