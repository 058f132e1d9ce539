//! Who hears of an event, and what the ledger makes of it.

use std::cell::RefCell;
use std::rc::Rc;

use any_downcast::{Bus, ChargedBack, Ledger, Paid, Refunded};

/// What was heard, in order.
#[derive(Clone, Default)]
struct Heard(Rc<RefCell<Vec<String>>>);

impl Heard {
    fn note(&self, what: String) {
        self.0.borrow_mut().push(what);
    }

    fn all(&self) -> Vec<String> {
        self.0.take()
    }
}

/// A bus on which two listen to payments and one to refunds.
fn busy() -> (Bus, Heard) {
    let (mut bus, heard) = (Bus::default(), Heard::default());
    let (invoice, refund, stock) = (heard.clone(), heard.clone(), heard.clone());
    bus.on(move |paid: &Paid| invoice.note(format!("invoice {}", paid.order)));
    bus.on(move |refunded: &Refunded| refund.note(format!("refund {}", refunded.order)));
    bus.on(move |paid: &Paid| stock.note(format!("ship {}", paid.order)));
    (bus, heard)
}

const PAID: Paid = Paid {
    order: 4711,
    cents: 9_900,
};

#[test]
fn those_who_listen_to_the_type_are_told_in_order() {
    let (bus, heard) = busy();
    let _ = bus.publish(&PAID);
    assert_eq!(
        heard.all(),
        ["invoice 4711", "ship 4711"],
        "two of three listen to payments, and are told in the order in which they came"
    );
}

#[test]
fn the_answer_counts_those_who_listened() {
    let (bus, _) = busy();
    assert_eq!(
        bus.publish(&PAID),
        Ok(2),
        "three are on the bus, and two of them listen to payments"
    );
}

#[test]
fn an_event_that_nobody_hears_is_an_error() {
    let (bus, heard) = busy();
    let answer = bus.publish(&Box::new(PAID));
    assert_eq!(heard.all(), [""; 0], "nobody listens to boxes of payments");
    let Err(unheard) = answer else {
        panic!(
            "a `Box<Paid>` is no `Paid`: nobody listened, no invoice was sent, and `publish` answered {answer:?}"
        );
    };
    assert!(
        unheard.event.contains("Box<") && unheard.event.contains("Paid"),
        "the error names the type that was published, so that one look tells `Box<Paid>` from `Paid`; it says: \
         {unheard}"
    );
    assert!(
        Bus::default().publish(&PAID).is_err(),
        "nobody is on this bus at all"
    );
}

#[test]
fn the_bus_takes_events_that_it_does_not_know() {
    struct Plugged(&'static str);

    let (mut bus, heard) = busy();
    let plug = heard.clone();
    bus.on(move |plugged: &Plugged| plug.note(plugged.0.to_owned()));
    assert_eq!(
        bus.publish(&Plugged("score")),
        Ok(1),
        "a plug-in publishes a type of its own, and listens to it"
    );
    assert_eq!(
        heard.all(),
        ["score"],
        "the plug-in is told, and nobody else"
    );
}

#[test]
fn two_types_of_one_name_are_two() {
    // As when two versions of a crate are linked: same name, other type.
    let (mut bus, heard) = busy();
    let one = {
        struct Score(u8);
        let heard = heard.clone();
        bus.on(move |score: &Score| heard.note(format!("first {}", score.0)));
        bus.publish(&Score(1))
    };
    let other = {
        struct Score(u8);
        let heard = heard.clone();
        bus.on(move |score: &Score| heard.note(format!("second {}", score.0)));
        bus.publish(&Score(2))
    };
    assert_eq!(
        (heard.all(), one, other),
        (
            vec!["first 1".to_owned(), "second 2".to_owned()],
            Ok(1),
            Ok(1)
        ),
        "two types that happen to have one name, and each has one listener: a name is for people, `TypeId` is what \
         tells types apart"
    );
}

#[test]
fn every_event_counts() {
    let mut ledger = Ledger::default();
    ledger.record(PAID);
    ledger.record(Refunded {
        order: 4711,
        cents: 900,
    });
    assert_eq!(ledger.balance(), 9_000, "9900 arrived and 900 went back");
    ledger.record(ChargedBack {
        order: 4711,
        cents: 9_000,
        fee: 1_500,
    });
    assert_eq!(
        ledger.balance(),
        -1_500,
        "the bank took the 9000 back, and 1500 on top; it has done so since March, and nobody has told `balance`"
    );
}
