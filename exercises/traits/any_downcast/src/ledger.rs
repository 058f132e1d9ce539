//! What has happened, and what it comes to.

use std::any::Any;

use crate::{Paid, Refunded};

/// All that has happened to our money.
#[derive(Debug, Default)]
pub struct Ledger {
    events: Vec<Box<dyn Any>>,
}

impl Ledger {
    /// Records what happened.
    pub fn record(&mut self, event: impl Any) {
        self.events.push(Box::new(event));
    }

    /// All that was recorded, in order.
    pub fn events(&self) -> &[Box<dyn Any>] {
        &self.events
    }

    /// What should be in the bank.
    pub fn balance(&self) -> i64 {
        let mut cents = 0;
        for event in &self.events {
            if let Some(paid) = event.downcast_ref::<Paid>() {
                cents += paid.cents;
            } else if let Some(refunded) = event.downcast_ref::<Refunded>() {
                cents -= refunded.cents;
            }
        }
        cents
    }
}
