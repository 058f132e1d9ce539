//! The same promises at other types, and the events that the ledger keeps.

use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use any_downcast::{Bus, ChargedBack, Event, Ledger, Paid, Refunded};

#[test]
fn each_pointer_is_a_type_of_its_own() {
    let calls = Rc::new(Cell::new(0));
    let mut bus = Bus::default();
    for _ in 0..3 {
        let calls = Rc::clone(&calls);
        bus.on(move |_: &String| calls.set(calls.get() + 1));
    }
    assert_eq!(
        bus.publish(&String::from("text")),
        Ok(3),
        "three listen to String"
    );
    assert_eq!(calls.get(), 3, "and each was called once");
    let erased: Box<dyn Any> = Box::new(String::from("text"));
    for (answer, name) in [
        (bus.publish(&"text"), "&str"),
        (bus.publish(&Arc::new(String::from("text"))), "Arc<"),
        (bus.publish(&Some(String::from("text"))), "Option<"),
        (bus.publish(&erased), "dyn "),
    ] {
        let unheard = answer.expect_err("nobody listens to that");
        assert!(
            unheard.event.contains(name) && unheard.to_string().contains(unheard.event),
            "the error is about `{name}`; it says: {unheard}"
        );
    }
    assert_eq!(
        calls.get(),
        3,
        "nobody was called for what they do not listen to"
    );
}

#[test]
fn the_ledger_keeps_its_events() {
    let paid = Paid { order: 1, cents: 7 };
    let refunded = Refunded { order: 1, cents: 2 };
    let back = ChargedBack {
        order: 1,
        cents: 5,
        fee: 3,
    };
    let mut ledger = Ledger::default();
    ledger.record(back.clone());
    ledger.record(paid.clone());
    ledger.record(Event::Refunded(refunded.clone()));
    assert!(
        matches!(
            ledger.events(),
            [Event::ChargedBack(a), Event::Paid(b), Event::Refunded(c)] if *a == back && *b == paid && *c == refunded
        ),
        "three events in the order in which they were recorded"
    );
    assert_eq!(
        ledger.balance(),
        7 - 2 - 5 - 3,
        "paid, refunded, charged back, and the fee"
    );
}
