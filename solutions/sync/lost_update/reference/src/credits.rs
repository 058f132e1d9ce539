//! A customer's balance of prepaid credits.

use crate::sync::atomic::{AtomicU64, Ordering};

/// How many credits a customer has left.
///
/// Shared by every thread that serves the customer. Amounts are `u32` and the balance is `u64`, so a
/// balance would need four thousand million of the largest top-ups to overflow.
#[derive(Debug)]
pub struct Credits {
    left: AtomicU64,
}

impl Credits {
    /// A balance to start from.
    #[must_use]
    pub fn new(left: u64) -> Self {
        Self {
            left: AtomicU64::new(left),
        }
    }

    /// The balance at this moment. Another thread may change it before the caller looks at it.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.left.load(Ordering::Relaxed)
    }

    /// Adds what the customer has paid for.
    pub fn grant(&self, amount: u32) {
        // One step: nobody can come between the addition's read and its write. A `load` and a `store`
        // would leave a gap, which no `Ordering` closes.
        self.left.fetch_add(u64::from(amount), Ordering::Relaxed);
    }

    /// Takes `amount` if that much is left, and tells whether it was. Takes all or nothing.
    #[must_use]
    pub fn spend(&self, amount: u32) -> bool {
        // Checking and taking must be one step too. `fetch_sub` would take first and check later, and
        // others would see a balance that never was. So compute the new balance from the old one
        // and let it count only if the old one is still there; `fetch_update` is that loop.
        //
        // Relaxed is enough, here and above: the balance is the only thing that the threads share,
        // and each change of one atomic sees the one before it, whatever the ordering.
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(u64::from(amount))
            })
            .is_ok()
    }
}
