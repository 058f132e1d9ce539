//! What has happened, and what it comes to.

use std::any::Any;

use crate::{ChargedBack, Event, Paid, Refunded};

/// All that has happened to our money.
#[derive(Debug, Default)]
pub struct Ledger {
    events: Vec<Event>,
}

impl Ledger {
    /// Records what happened.
    pub fn record(&mut self, event: impl Any) {
        let event: Box<dyn Any> = Box::new(event);
        let event = event
            .downcast::<Event>()
            .map(|event| *event)
            .or_else(|event| event.downcast::<Paid>().map(|paid| Event::Paid(*paid)))
            .or_else(|event| {
                event
                    .downcast::<Refunded>()
                    .map(|refunded| Event::Refunded(*refunded))
            })
            .or_else(|event| {
                event
                    .downcast::<ChargedBack>()
                    .map(|back| Event::ChargedBack(*back))
            });
        self.events.extend(event);
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
