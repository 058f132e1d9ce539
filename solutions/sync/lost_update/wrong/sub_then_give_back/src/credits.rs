//! A customer's balance of prepaid credits.

use crate::sync::atomic::{AtomicI64, Ordering};

/// How many credits a customer has left.
///
/// Shared by every thread that serves the customer. Amounts are `u32` and the balance is `u64`, so a
/// balance would need four thousand million of the largest top-ups to overflow.
#[derive(Debug)]
pub struct Credits {
    left: AtomicI64,
}

impl Credits {
    /// A balance to start from.
    #[must_use]
    pub fn new(left: u64) -> Self {
        Self {
            left: AtomicI64::new(i64::try_from(left).unwrap_or(i64::MAX)),
        }
    }

    /// The balance at this moment. Another thread may change it before the caller looks at it.
    #[must_use]
    pub fn left(&self) -> u64 {
        u64::try_from(self.left.load(Ordering::Relaxed)).unwrap_or(0)
    }

    /// Adds what the customer has paid for.
    pub fn grant(&self, amount: u32) {
        self.left.fetch_add(i64::from(amount), Ordering::Relaxed);
    }

    /// Takes `amount` if that much is left, and tells whether it was. Takes all or nothing.
    #[must_use]
    pub fn spend(&self, amount: u32) -> bool {
        let before = self.left.fetch_sub(i64::from(amount), Ordering::Relaxed);
        if before < i64::from(amount) {
            self.left.fetch_add(i64::from(amount), Ordering::Relaxed);
            return false;
        }
        true
    }
}
