//! Orders through the four parts of the shop that change them.

use std::collections::VecDeque;

use invariants_inside::{Order, Refused, Status, Summary, checkout, payments, support, warehouse};

/// Two mugs for 300 cents each.
fn filled() -> Order {
    let mut order = Order::new();
    checkout::add(&mut order, "mug", 2, 300).expect("the order is open");
    order
}

fn paid() -> Order {
    let mut order = filled();
    payments::received(&mut order, "p1", 600).expect("600 cents are due");
    order
}

/// What is left of the total after payments, and of the payments after refunds.
fn money(order: &Order) -> (u64, u64, u64) {
    let summary = order.summary();
    (
        summary.total_cents,
        summary.paid_cents,
        summary.refunded_cents,
    )
}

#[test]
fn an_order_goes_its_way() {
    let mut order = filled();
    assert_eq!(order.summary().status, Status::Open);
    checkout::add(&mut order, "tea", 1, 950).expect("the order is open");
    payments::received(&mut order, "p1", 1_550).expect("1,550 cents are due");
    assert_eq!(order.summary().status, Status::Paid);
    support::refund(&mut order, 50).expect("1,550 cents were paid");
    warehouse::ship(&mut order).expect("it is paid for");
    support::refund(&mut order, 100).expect("the tea was damaged on its way");
    assert_eq!(order.summary().status, Status::Shipped);
    assert_eq!(money(&order), (1_550, 1_550, 150));
}

#[test]
fn a_payment_told_twice_is_one_payment() {
    let mut order = paid();
    assert_eq!(
        payments::received(&mut order, "p1", 600),
        Ok(()),
        "the provider did not get our answer and tells the payment again: that is no mistake of anybody"
    );
    assert_eq!(
        money(&order),
        (600, 600, 0),
        "total, paid, refunded: p1 came once"
    );
    assert_eq!(
        payments::received(&mut order, "p2", 600),
        Err(Refused::AlreadyPaid),
        "p2 is a second payment of the customer, and has to go back"
    );
    assert_eq!(money(&order), (600, 600, 0), "total, paid, refunded");
    warehouse::ship(&mut order).expect("it is paid for");
    assert_eq!(
        payments::received(&mut order, "p1", 600),
        Ok(()),
        "told again, later"
    );
    assert_eq!(
        order.summary().status,
        Status::Shipped,
        "an old message does not bring the parcel back"
    );
}

#[test]
fn a_payment_is_for_what_is_due() {
    let mut order = Order::new();
    assert_eq!(payments::received(&mut order, "p0", 0), Err(Refused::Empty));
    let mut order = filled();
    for cents in [0, 599, 601] {
        assert_eq!(
            payments::received(&mut order, "p1", cents),
            Err(Refused::WrongAmount { due_cents: 600 }),
            "{cents} cents, and 600 are due"
        );
    }
    support::set_quantity(&mut order, "mug", 3).expect("the order is open");
    assert_eq!(
        payments::received(&mut order, "p2", 600),
        Err(Refused::WrongAmount { due_cents: 900 }),
        "there are three mugs now"
    );
    payments::received(&mut order, "p3", 900).expect("900 cents are due");
}

#[test]
fn lines_change_only_while_it_is_open() {
    let mut order = filled();
    assert_eq!(checkout::add(&mut order, "tea", 0, 950), Err(Refused::Zero));
    assert_eq!(checkout::add(&mut order, "tea", 1, 0), Err(Refused::Zero));
    assert_eq!(
        support::set_quantity(&mut order, "tea", 1),
        Err(Refused::NoSuchLine)
    );
    let mut order = paid();
    let before = order.summary();
    assert_eq!(
        checkout::add(&mut order, "tea", 1, 950),
        Err(Refused::NotOpen),
        "it is paid: nobody would pay for the tea"
    );
    assert_eq!(
        support::set_quantity(&mut order, "mug", 9),
        Err(Refused::NotOpen),
        "it is paid: nobody would pay for seven of the mugs"
    );
    assert_eq!(order.summary(), before, "what is refused changes nothing");
}

#[test]
fn no_more_is_given_back_than_was_paid() {
    assert_eq!(support::refund(&mut filled(), 1), Err(Refused::NotPaid));
    let mut order = paid();
    assert_eq!(support::refund(&mut order, 0), Err(Refused::Zero));
    support::refund(&mut order, 400).expect("600 cents were paid");
    assert_eq!(
        support::refund(&mut order, 400),
        Err(Refused::TooMuch { left_cents: 200 }),
        "600 were paid and 400 given back, by somebody else on the telephone an hour ago"
    );
    support::refund(&mut order, 200).expect("200 cents are left");
    assert_eq!(
        warehouse::ship(&mut order),
        Err(Refused::NotPaid),
        "all of the money has been given back"
    );
}

#[test]
fn a_cancelled_order_is_paid_back_and_stays() {
    let mut order = paid();
    support::refund(&mut order, 100).expect("600 cents were paid");
    support::cancel(&mut order).expect("it is still here");
    assert_eq!(
        money(&order),
        (600, 600, 600),
        "total, paid, refunded: what was not given back before is given back now"
    );
    assert_eq!(warehouse::ship(&mut order), Err(Refused::Cancelled));
    assert_eq!(support::cancel(&mut order), Err(Refused::Cancelled));
    assert_eq!(support::refund(&mut order, 1), Err(Refused::Cancelled));
    assert_eq!(
        payments::received(&mut order, "p2", 600),
        Err(Refused::Cancelled),
        "a payment that comes late goes back"
    );
    let mut order = paid();
    warehouse::ship(&mut order).expect("it is paid for");
    assert_eq!(support::cancel(&mut order), Err(Refused::Shipped));
    assert_eq!(warehouse::ship(&mut order), Err(Refused::Shipped));
}

/// A call of one of the four parts.
#[derive(Debug, Clone, Copy)]
enum Call {
    Add,
    SetQuantity(u32),
    PayWhatIsDue(&'static str),
    PayTooLittle,
    Refund(u64),
    Ship,
    Cancel,
}

const CALLS: [Call; 10] = [
    Call::Add,
    Call::SetQuantity(1),
    Call::SetQuantity(0),
    Call::PayWhatIsDue("p1"),
    Call::PayWhatIsDue("p2"),
    Call::PayTooLittle,
    Call::Refund(100),
    Call::Refund(500),
    Call::Ship,
    Call::Cancel,
];

fn make(order: &mut Order, call: Call) -> Result<(), Refused> {
    match call {
        Call::Add => checkout::add(order, "mug", 2, 300),
        Call::SetQuantity(quantity) => support::set_quantity(order, "mug", quantity),
        Call::PayWhatIsDue(payment) => {
            let due = order.summary().total_cents;
            payments::received(order, payment, due)
        }
        Call::PayTooLittle => payments::received(order, "p1", 1),
        Call::Refund(cents) => support::refund(order, cents),
        Call::Ship => warehouse::ship(order),
        Call::Cancel => support::cancel(order),
    }
}

/// What is wrong after a call, if anything is.
fn broken(before: &Summary, answer: &Result<(), Refused>, after: &Summary) -> Option<&'static str> {
    let sum: u64 = after.lines.iter().map(|line| line.cents()).sum();
    let paid = after.paid_cents > 0;
    let rules = [
        (
            answer.is_ok() || before == after,
            "it was refused, and changed something",
        ),
        (
            after.total_cents == sum,
            "the total is not the sum of the lines",
        ),
        (
            !paid || after.paid_cents == after.total_cents,
            "paid is neither nothing nor the total",
        ),
        (
            after.refunded_cents <= after.paid_cents,
            "more was given back than was paid",
        ),
        (
            after.refunded_cents >= before.refunded_cents,
            "a refund was forgotten",
        ),
        (
            before.paid_cents == 0 || after.paid_cents == before.paid_cents,
            "it was paid twice",
        ),
        (
            before.status == Status::Open || after.lines == before.lines,
            "lines changed after it was paid",
        ),
        (
            match after.status {
                Status::Open => !paid,
                Status::Paid | Status::Shipped => paid,
                Status::Cancelled => after.refunded_cents == after.paid_cents,
            },
            "the status and the money do not agree",
        ),
        (
            after.status != Status::Shipped
                || before.status == Status::Shipped
                || before.status == Status::Paid && before.refunded_cents < before.paid_cents,
            "it was shipped, and nobody has paid for it",
        ),
        (
            before.status != Status::Shipped || after.status == Status::Shipped,
            "it came back",
        ),
        (
            before.status != Status::Cancelled || before == after,
            "it was cancelled, and went on",
        ),
    ];
    rules
        .into_iter()
        .find(|(holds, _)| !holds)
        .map(|(_, says)| says)
}

#[test]
fn no_six_calls_in_a_row_break_an_order() {
    // The shortest first, so that what is reported is the shortest there is.
    let mut queue = VecDeque::from([Vec::new()]);
    while let Some(calls) = queue.pop_front() {
        for call in CALLS {
            let mut order = Order::new();
            for earlier in &calls {
                make(&mut order, *earlier).expect("it was accepted the last time");
            }
            let before = order.summary();
            let answer = make(&mut order, call);
            let after = order.summary();
            if let Some(says) = broken(&before, &answer, &after) {
                panic!(
                    "{says}: {calls:?} and then {call:?}, answered {answer:?}\n{before:#?}\n{after:#?}"
                );
            }
            if answer.is_ok() && calls.len() < 5 {
                let mut longer: Vec<Call> = calls.clone();
                longer.push(call);
                queue.push_back(longer);
            }
        }
    }
}

#[test]
fn the_fields_are_private_to_their_file() {
    let code: String = include_str!("../src/order.rs")
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let (_, rest) = code
        .split_once("pub struct Order")
        .expect("`pub struct Order` is in src/order.rs");
    let fields = rest.split('}').next().unwrap_or_default();
    assert!(
        !fields.contains("pub"),
        "a field that is `pub` or `pub(crate)` can be written past every rule, in this crate too: {fields}"
    );
}
