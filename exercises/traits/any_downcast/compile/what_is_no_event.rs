//! Slips that must not wait for the end of the month.

use any_downcast::{Ledger, Paid};

fn main() {
    let mut ledger = Ledger::default();
    ledger.record("paid");
    ledger.record(Box::new(Paid { order: 1, cents: 5 }));
    ledger.record(Some(Paid { order: 1, cents: 5 }));
}
