//! What the planner and the office rely on, however the orders are laid out.

use hot_and_cold::{Backlog, Contact, Details, Id};
use probes::alloc::measure;

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// Details that can be told from all others.
fn details(number: u32) -> Details {
    Details {
        sender: Contact {
            name: format!("sender {number}"),
            ..Contact::default()
        },
        reference: format!("order {number}"),
        weight: number,
        ..Details::default()
    }
}

/// The references of the orders that are late.
fn late_at(backlog: &Backlog, minute: u32) -> Vec<&str> {
    backlog
        .late_at(minute)
        .map(|details| details.reference.as_str())
        .collect()
}

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (((self.0 >> 32) * u64::from(end)) >> 32) as u32
    }
}

#[test]
fn what_is_owed_is_the_sum_over_open_orders() {
    let mut backlog = Backlog::new();
    assert_eq!(backlog.owed_at(u32::MAX), 0, "nothing is open");
    backlog.accept(details(1), 100, 7);
    backlog.accept(details(2), 90, 50);
    backlog.accept(details(3), 200, 1_000);
    for (minute, owed, why) in [
        (0, 0, "nothing is late yet"),
        (
            90,
            0,
            "an order is not late in the minute in which it is due",
        ),
        (91, 50, "one order, by one minute"),
        (100, 500, "one order, by ten minutes"),
        (103, 13 * 50 + 3 * 7, "two orders, by 13 and by 3 minutes"),
        (
            201,
            111 * 50 + 101 * 7 + 1_000,
            "three orders, by 111, 101 and 1 minutes",
        ),
    ] {
        assert_eq!(
            backlog.owed_at(minute),
            owed,
            "orders due in minutes 100, 90 and 200, at 7, 50 and 1,000 cents, and it is minute \
             {minute}: {why}"
        );
    }
    let mut backlog = Backlog::new();
    backlog.accept(details(4), 0, u32::MAX);
    assert_eq!(
        backlog.owed_at(u32::MAX),
        u64::from(u32::MAX) * u64::from(u32::MAX),
        "the largest number of minutes at the largest penalty: more than a u32 holds"
    );
}

#[test]
fn a_change_is_seen_by_the_next_question() {
    let mut backlog = Backlog::new();
    let early = backlog.accept(details(1), 100, 10);
    let late = backlog.accept(details(2), 100, 1);
    assert_eq!(backlog.owed_at(110), 110);
    assert!(backlog.postpone(early, 105), "the order is open");
    assert_eq!(
        backlog.owed_at(110),
        60,
        "one order was postponed from minute 100 to 105, so it is late by 5 and not by 10"
    );
    assert!(backlog.renegotiate(late, 3), "the order is open");
    assert_eq!(
        backlog.owed_at(110),
        80,
        "the other one's minute costs 3 now and not 1"
    );
    assert_eq!(backlog.deliver(early), Some(details(1)));
    assert_eq!(
        backlog.owed_at(110),
        30,
        "an order that was delivered owes nothing"
    );
    assert_eq!(
        (
            backlog.deliver(early),
            backlog.postpone(early, 0),
            backlog.renegotiate(early, 9),
            backlog.details(early)
        ),
        (None, false, false, None),
        "an order that was delivered can't be delivered, changed or looked up again"
    );
    assert_eq!(
        backlog.owed_at(110),
        30,
        "a change that was refused changes nothing"
    );
    assert_eq!((backlog.len(), backlog.is_empty()), (1, false));
}

#[test]
fn a_delivery_leaves_the_others_as_they_were() {
    let mut backlog = Backlog::new();
    let ids: Vec<Id> = (0..6)
        .map(|number| backlog.accept(details(number), 10 * number, 1 << number))
        .collect();
    assert_eq!(backlog.deliver(ids[1]), Some(details(1)));
    assert_eq!(backlog.deliver(ids[4]), Some(details(4)));
    for number in [0, 2, 3, 5] {
        assert_eq!(
            backlog.details(ids[number as usize]),
            Some(&details(number)),
            "orders 1 and 4 of 0 to 5 were delivered, and order {number} was not"
        );
    }
    assert_eq!(
        late_at(&backlog, 1_000),
        ["order 0", "order 2", "order 3", "order 5"],
        "orders 1 and 4 of 0 to 5 were delivered; the rest stays in the order of acceptance"
    );
    assert_eq!(
        late_at(&backlog, 25),
        ["order 0", "order 2"],
        "due in minutes 0 and 20, so late in minute 25; the others are due in 30 and 50"
    );
    assert_eq!(
        backlog.owed_at(60),
        60 + 40 * 4 + 30 * 8 + 10 * 32,
        "orders 0, 2, 3 and 5 are late by 60, 40, 30 and 10 minutes at 1, 4, 8 and 32 cents"
    );
    let next = backlog.accept(details(6), 0, 0);
    assert!(
        !ids.contains(&next),
        "a number is given once: {next:?} had been an order's already"
    );
}

#[test]
fn a_long_day_gives_the_same_answers() {
    let mut numbers = Numbers(7);
    let mut backlog = Backlog::new();
    // The same without any layout: id, number, due, penalty.
    let mut plain: Vec<(Id, u32, u32, u32)> = Vec::new();
    for step in 0..3_000 {
        let kind = numbers.below(8);
        let (due, penalty) = (numbers.below(500), numbers.below(100));
        let at = numbers.below(plain.len().max(1) as u32) as usize;
        let what = match kind {
            0..=3 => {
                plain.push((
                    backlog.accept(details(step), due, penalty),
                    step,
                    due,
                    penalty,
                ));
                "accept"
            }
            _ if plain.is_empty() => continue,
            4 => {
                plain[at].2 = due;
                assert!(backlog.postpone(plain[at].0, due));
                "postpone"
            }
            5 => {
                plain[at].3 = penalty;
                assert!(backlog.renegotiate(plain[at].0, penalty));
                "renegotiate"
            }
            _ => {
                let (id, number, ..) = plain.remove(at);
                let delivered = backlog.deliver(id).map(|details| details.weight);
                assert_eq!(
                    delivered,
                    Some(number),
                    "step {step}: a delivery must return the order's own details"
                );
                "deliver"
            }
        };
        let after = format!(
            "step {step}, {what} as number {at} of {} orders",
            plain.len()
        );
        let minute = numbers.below(600);
        let owed: u64 = plain
            .iter()
            .map(|(.., due, penalty)| u64::from(minute.saturating_sub(*due)) * u64::from(*penalty))
            .sum();
        assert_eq!(
            backlog.owed_at(minute),
            owed,
            "{after}: owed in minute {minute}"
        );
        let late: Vec<u32> = plain
            .iter()
            .filter(|(.., due, _)| *due < minute)
            .map(|(_, number, ..)| *number)
            .collect();
        let found: Vec<u32> = backlog
            .late_at(minute)
            .map(|details| details.weight)
            .collect();
        assert_eq!(found, late, "{after}: late in minute {minute}");
        assert_eq!(backlog.len(), plain.len(), "{after}: how many are open");
    }
}

#[test]
fn a_question_allocates_nothing() {
    let mut backlog = Backlog::new();
    for number in 0..5_000 {
        backlog.accept(details(number), number, 2);
    }
    let (owed, tally) = measure(|| backlog.owed_at(5_000));
    assert_eq!(
        owed,
        5_000 * 5_001,
        "lateness of 1 to 5,000 minutes at 2 cents"
    );
    assert_eq!(
        tally.allocations, 0,
        "owed_at must sum up what lies there, and it allocated {} bytes first: a copy of the fields \
         reads all orders to save reading them, and a thread costs more than the sum",
        tally.bytes
    );
}
