//! The same promises at other values.

use invariants_inside::{Order, Refused, Status, checkout, payments, support, warehouse};

fn paid() -> Order {
    let mut order = Order::new();
    checkout::add(&mut order, "lamp", 3, 1_999).expect("the order is open");
    checkout::add(&mut order, "bulb", 1, 250).expect("the order is open");
    support::set_quantity(&mut order, "bulb", 0).expect("the order is open");
    payments::received(&mut order, "a-77", 5_997).expect("three lamps, no bulb");
    order
}

#[test]
fn a_payment_told_again_after_a_cancellation_changes_nothing() {
    let mut order = paid();
    support::cancel(&mut order).expect("it is still here");
    let before = order.summary();
    assert_eq!(
        payments::received(&mut order, "a-77", 5_997),
        Ok(()),
        "it had come, and was given back"
    );
    assert_eq!(order.summary(), before);
    assert_eq!(
        checkout::add(&mut order, "bulb", 1, 250),
        Err(Refused::NotOpen)
    );
}

#[test]
fn an_open_order_is_cancelled_without_money() {
    let mut order = Order::new();
    checkout::add(&mut order, "lamp", 1, 1_999).expect("the order is open");
    assert_eq!(warehouse::ship(&mut order), Err(Refused::NotPaid));
    support::cancel(&mut order).expect("it is open");
    let summary = order.summary();
    assert_eq!(
        (summary.status, summary.paid_cents, summary.refunded_cents),
        (Status::Cancelled, 0, 0)
    );
}

#[test]
fn the_last_cent_decides_whether_it_is_shipped() {
    let mut order = paid();
    support::refund(&mut order, 5_996).expect("5,997 were paid");
    warehouse::ship(&mut order).expect("one cent is left");
    support::refund(&mut order, 1).expect("shipped, and one cent is left");
    assert_eq!(
        support::refund(&mut order, 1),
        Err(Refused::TooMuch { left_cents: 0 })
    );

    let mut order = Order::new();
    checkout::add(&mut order, "pin", 1, 1).expect("the order is open");
    assert_eq!(payments::received(&mut order, "b-1", 1), Ok(()), "a cent");
}
