//! What has happened, and what it comes to.

use crate::Event;

/// All that has happened to our money.
#[derive(Debug, Default)]
pub struct Ledger {
    events: Vec<Event>,
}

impl Ledger {
    /// Records what happened.
    pub fn record(&mut self, event: impl Into<Event>) {
        self.events.push(event.into());
    }

    /// All that was recorded, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What should be in the bank.
    pub fn balance(&self) -> i64 {
        let cents = |event: &Event| match event {
            Event::Paid(paid) => paid.cents,
            Event::Refunded(refunded) => -refunded.cents,
            Event::ChargedBack(back) => -(back.cents + back.fee),
        };
        self.events.iter().map(cents).sum()
    }
}
