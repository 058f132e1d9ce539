//! What a checkout is worth after a rule has panicked.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use panic_boundary::{Checkout, Order, RulePanicked, Totals};
use probes::live::Tracker;

type Discount = fn(&Order) -> u64;

fn order(customer: &str, cents: u64) -> Order {
    Order {
        customer: customer.to_owned(),
        cents,
    }
}

/// Places an order. A panic that gets out of the checkout is the test's failure, and says so.
fn place(checkout: &Checkout, customer: &str, cents: u64) -> Result<u64, RulePanicked> {
    let order = order(customer, cents);
    panic::catch_unwind(AssertUnwindSafe(|| checkout.place(&order))).unwrap_or_else(|_| {
        panic!("the order of {customer} panicked: whoever calls the checkout has to catch what a rule has done")
    })
}

/// A checkout with a rule that takes off 10, one that panics for Eve, and one that takes off 5.
fn with_a_trap() -> Checkout {
    let checkout = Checkout::new();
    checkout.add_rule("ten off", |_| 10);
    checkout.add_rule("trap", |order| {
        assert!(order.customer != "Eve", "no Eve, please");
        1
    });
    checkout.add_rule("five off", |_| 5);
    checkout
}

fn trapped(message: &str) -> RulePanicked {
    RulePanicked {
        rule: "trap".to_owned(),
        message: message.to_owned(),
    }
}

#[test]
fn rules_take_their_discounts_off() {
    let checkout = with_a_trap();
    assert_eq!(place(&checkout, "Ada", 100), Ok(84));
    assert_eq!(
        place(&checkout, "Bob", 12),
        Ok(0),
        "nobody is paid for buying"
    );
    assert_eq!(
        checkout.totals(),
        Totals {
            orders: 2,
            cents: 84
        }
    );
    assert_eq!(checkout.broken_rules(), [""; 0]);
}

#[test]
fn a_panic_is_an_error_with_rule_and_message() {
    let panics: [(&str, Discount); 3] = [
        ("no Eve, please", |_| panic!("no Eve, please")),
        ("no Eve for 70", |order| {
            panic!("no {} for {}", order.customer, order.cents)
        }),
        ("no message", |_| panic::panic_any(42)),
    ];
    for (message, rule) in panics {
        let checkout = Checkout::new();
        checkout.add_rule("trap", rule);
        assert_eq!(
            place(&checkout, "Eve", 70),
            Err(trapped(message)),
            "whoever mends the rule needs its name and what it said"
        );
    }
}

#[test]
fn a_failed_order_is_not_counted() {
    let checkout = with_a_trap();
    assert_eq!(place(&checkout, "Ada", 100), Ok(84));
    assert!(
        place(&checkout, "Eve", 100).is_err(),
        "the rule panics for Eve"
    );
    assert_eq!(
        checkout.totals(),
        Totals {
            orders: 1,
            cents: 84
        },
        "the order of Eve was not placed, so neither of the totals knows of it"
    );
}

#[test]
fn the_next_order_is_placed_without_the_broken_rule() {
    let checkout = with_a_trap();
    assert_eq!(place(&checkout, "Eve", 100), Err(trapped("no Eve, please")));
    assert_eq!(
        [place(&checkout, "Eve", 100), place(&checkout, "Ada", 100)],
        [Ok(85), Ok(85)],
        "`ten off` and `five off` are as good as before"
    );
    assert_eq!(
        (checkout.rules(), checkout.broken_rules()),
        (
            vec!["ten off".to_owned(), "five off".to_owned()],
            vec!["trap".to_owned()]
        ),
        "(rules that are asked, rules that broke)"
    );
    checkout.add_rule("trap", |_| 2);
    assert_eq!(
        place(&checkout, "Ada", 100),
        Ok(83),
        "a mended rule can be added"
    );
}

#[test]
fn other_threads_do_not_notice() {
    let checkout = Arc::new(with_a_trap());
    let theirs = Arc::clone(&checkout);
    let eve = thread::spawn(move || theirs.place(&order("Eve", 100)));
    assert!(
        matches!(eve.join(), Ok(Err(_))),
        "the thread that placed the order of Eve lives on, with an error"
    );
    let theirs = Arc::clone(&checkout);
    let ada = thread::spawn(move || theirs.place(&order("Ada", 100)));
    assert_eq!(
        ada.join().ok(),
        Some(Ok(85)),
        "an order of another thread, after the panic: no lock is poisoned"
    );
}

#[test]
fn a_broken_rule_is_let_go() {
    let tracker = Tracker::new();
    let token = tracker.token();
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let checkout = Checkout::new();
    checkout.add_rule("trap", move |_| {
        let _held = &token;
        counted.fetch_add(1, Ordering::Relaxed);
        panic!("half done");
    });
    for _ in 0..3 {
        let _ = place(&checkout, "Ada", 100);
    }
    assert_eq!(
        calls.load(Ordering::Relaxed),
        1,
        "calls of a rule that panicked in the first one: what it holds may be half changed, so it is not asked again"
    );
    assert_eq!(
        tracker.alive(),
        0,
        "the rule is dropped, and the connections and buffers that it holds with it"
    );
}
