//! Who knows of what: vector clocks.
//!
//! Loom keeps clocks of its own and judges by them. These are for the record, which has to say of each
//! read what it brings along.

use std::sync::atomic::Ordering;

/// For each thread, how many of its steps are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Clock([u32; loom::MAX_THREADS]);

impl Clock {
    /// Whether the step that `thread` took at `time` is known.
    pub(super) fn knows(&self, thread: usize, time: u32) -> bool {
        self.0[thread] >= time
    }

    /// Takes over what another clock knows.
    pub(super) fn join(&mut self, other: &Clock) {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own = (*own).max(other);
        }
    }

    /// Whether it knows of more steps of `thread` than another clock.
    pub(super) fn is_ahead_of(&self, other: &Clock, thread: usize) -> bool {
        self.0[thread] > other.0[thread]
    }

    /// The next step of `thread`; returns its time.
    pub(super) fn tick(&mut self, thread: usize) -> u32 {
        self.0[thread] += 1;
        self.0[thread]
    }
}

/// What one thread knows, and what it would know after a fence.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Knowledge {
    /// What it knows.
    pub(super) now: Clock,
    /// What it knew at its last release fence: each later write hands that on.
    released: Clock,
    /// What its relaxed reads would have brought along: the next acquire fence fetches that.
    pending: Clock,
}

impl Knowledge {
    /// A read of a write that handed `offered` on.
    pub(super) fn read(&mut self, order: Ordering, offered: &Clock) {
        if acquires(order) {
            self.now.join(offered);
        } else {
            self.pending.join(offered);
        }
    }

    /// What a write hands on to those who read it.
    pub(super) fn offer(&self, order: Ordering) -> Clock {
        if releases(order) {
            self.now
        } else {
            self.released
        }
    }

    /// A fence.
    pub(super) fn fence(&mut self, order: Ordering) {
        if acquires(order) {
            self.now.join(&self.pending);
        }
        if releases(order) {
            self.released = self.now;
        }
    }
}

/// Whether a read with this ordering brings along what the write hands on.
pub(super) fn acquires(order: Ordering) -> bool {
    matches!(
        order,
        Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst
    )
}

/// Whether a write with this ordering hands on all that was done before.
pub(super) fn releases(order: Ordering) -> bool {
    matches!(
        order,
        Ordering::Release | Ordering::AcqRel | Ordering::SeqCst
    )
}
