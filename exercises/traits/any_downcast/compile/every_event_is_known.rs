//! The report of the accountants: a `match` without an arm for the rest, so that the next event can't be forgotten.

use any_downcast::{ChargedBack, Event, Ledger, Paid, Refunded};

fn row(event: &Event) -> (u32, i64) {
    match event {
        Event::Paid(Paid { order, cents }) => (*order, *cents),
        Event::Refunded(Refunded { order, cents }) => (*order, -cents),
        Event::ChargedBack(ChargedBack { order, cents, fee }) => (*order, -(cents + fee)),
    }
}

fn main() {
    let mut ledger = Ledger::default();
    ledger.record(Paid { order: 1, cents: 5 });
    ledger.record(Event::Paid(Paid { order: 2, cents: 5 }));
    let events: &[Event] = ledger.events();
    println!("{:?}", events.iter().map(row).collect::<Vec<_>>());
}
