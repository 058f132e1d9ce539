//! The same promises at other values.

use std::thread;

use panic_boundary::{Checkout, Order, Totals};

fn order(customer: &str) -> Order {
    Order {
        customer: customer.to_owned(),
        cents: 50,
    }
}

#[test]
fn each_broken_rule_is_told_in_its_turn() {
    let checkout = Checkout::new();
    for name in ["a", "b", "c", "d"] {
        checkout.add_rule(name, move |order| {
            assert!(order.customer != name, "{name} is broken");
            1
        });
    }
    for customer in ["c", "a", "c", "d"] {
        let _ = checkout.place(&order(customer));
    }
    assert_eq!(checkout.broken_rules(), ["c", "a", "d"]);
    assert_eq!(
        checkout.totals(),
        Totals {
            orders: 1,
            cents: 48
        }
    );
    assert_eq!(checkout.place(&order("z")), Ok(49));
}

#[test]
fn a_rule_that_breaks_on_many_threads_is_told_once() {
    let checkout = Checkout::new();
    checkout.add_rule("trap", |_| panic!("for everybody"));
    let failed: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..5)
                        .filter(|_| checkout.place(&order("Ada")).is_err())
                        .count()
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic gets out"))
            .sum()
    });
    assert_eq!(checkout.broken_rules(), ["trap"]);
    assert_eq!(checkout.totals().orders as usize, 20 - failed);
}
