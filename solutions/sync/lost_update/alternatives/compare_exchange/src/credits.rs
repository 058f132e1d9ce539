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
        self.left.fetch_add(u64::from(amount), Ordering::Relaxed);
    }

    /// Takes `amount` if that much is left, and tells whether it was. Takes all or nothing.
    #[must_use]
    pub fn spend(&self, amount: u32) -> bool {
        let mut left = self.left.load(Ordering::Relaxed);
        while let Some(rest) = left.checked_sub(u64::from(amount)) {
            // Weak, because a failure for no reason only costs one more turn of this loop.
            match self
                .left
                .compare_exchange_weak(left, rest, Ordering::Relaxed, Ordering::Relaxed)
            {
                Ok(_) => return true,
                // Somebody was faster. What they left is what has to cover the amount now.
                Err(now) => left = now,
            }
        }
        false
    }
}
