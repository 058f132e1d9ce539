//! How long it takes to say what a backlog would cost at another minute.

use hot_and_cold::{Backlog, Details, Id};

const ORDERS: u32 = 80_000;

/// In minutes.
const YEAR: u32 = 525_600;

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

/// Most fields stay empty: an order is equally large in the list whatever its strings say.
fn details(number: u32) -> Details {
    Details {
        reference: format!("order {number}"),
        weight: number,
        ..Details::default()
    }
}

#[test]
fn owed_at() {
    let mut numbers = Numbers(41);
    let mut backlog = Backlog::new();
    let ids: Vec<Id> = (0..ORDERS)
        .map(|number| {
            let due = numbers.below(YEAR);
            backlog.accept(details(number), due, 1 + numbers.below(200))
        })
        .collect();
    // Each question is another one and comes after a change, as from a planner: the last answer is of no
    // use.
    probes::speed::report("owed_at", || {
        let id = ids[numbers.below(ORDERS) as usize];
        backlog.postpone(id, numbers.below(YEAR));
        backlog.owed_at(numbers.below(YEAR))
    });
}
