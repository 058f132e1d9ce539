//! The same promises for more calls, and for other numbers.

#[path = "../src/counts.rs"]
mod counts;
#[path = "../src/locked.rs"]
mod locked;
#[path = "../src/packed.rs"]
mod packed;

mod sync {
    pub use probes::model::sync::*;
}

use probes::model::sync::Arc;
use probes::model::{Model, thread};
use races::shares::Share;

macro_rules! three_calls_add_up {
    ($stock:ty) => {
        Model::new().check(
            "A sells 2, takes back 1, sells 1, while B sells 3 of 4",
            || {
                let stock = Arc::new(<$stock>::new(4, 1));
                let [here, there] = [Arc::clone(&stock), Arc::clone(&stock)];
                let a = thread::spawn("A", move || {
                    let first = here.sell(2);
                    if first {
                        here.take_back(1);
                    }
                    u32::from(first) + u32::from(here.sell(1))
                });
                let b = thread::spawn("B", move || 3 * u32::from(there.sell(3)));
                let sold = a.join() + b.join();
                let counts = stock.counts();
                assert_eq!(
                    (counts.free, counts.sold),
                    (4 - sold, 1 + sold),
                    "what both were told that they have sold, and the counts"
                );
            },
        );
    };
}

#[test]
fn three_calls_in_a_row_add_up() {
    three_calls_add_up!(locked::Stock);
    three_calls_add_up!(packed::Stock);
}

#[test]
fn many_sellers_get_a_fair_share() {
    for free in 0..=40 {
        for sellers in 1..=9 {
            let shares = Share::new(free, 3).split(sellers);
            assert_eq!(shares.len(), sellers, "a share for each seller");
            let frees: Vec<u32> = shares.iter().map(|share| share.counts().free).collect();
            let (least, most) = (frees.iter().min(), frees.iter().max());
            assert_eq!(frees.iter().sum::<u32>(), free, "{frees:?}");
            assert!(
                most.zip(least)
                    .is_some_and(|(most, least)| most - least <= 1),
                "{frees:?} differ by one at most"
            );
            let counts = Share::merge(shares).counts();
            assert_eq!((counts.free, counts.sold), (free, 3), "together again");
        }
    }
    let none = Share::merge(Vec::new()).counts();
    assert_eq!((none.free, none.sold), (0, 0), "no shares, no seats");
}
