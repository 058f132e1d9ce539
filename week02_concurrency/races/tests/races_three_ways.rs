//! The same promises for a lock and for an atomic, in every order of two calls; and what is left of them where
//! nothing is shared.

#[path = "../src/counts.rs"]
mod counts;
#[path = "../src/locked.rs"]
mod locked;
#[path = "../src/packed.rs"]
mod packed;
#[path = "support/pairs.rs"]
mod pairs;

mod sync {
    pub use probes::model::sync::*;
}

use std::thread;

use pairs::{Call, Stock, explore};
use probes::model::Source;
use races::shares::Share;

macro_rules! stock {
    ($way:ident, $path:literal) => {
        impl Stock for $way::Stock {
            const SOURCE: Source = Source::new(
                concat!("src/", $path),
                include_str!(concat!("../src/", $path)),
            );

            fn new(free: u32, sold: u32) -> Self {
                $way::Stock::new(free, sold)
            }

            fn sell(&self, seats: u32) -> bool {
                self.sell(seats)
            }

            fn take_back(&self, seats: u32) {
                self.take_back(seats);
            }

            fn counts(&self) -> counts::Counts {
                self.counts()
            }
        }
    };
}

stock!(locked, "locked.rs");
stock!(packed, "packed.rs");

fn sells<S: Stock>() {
    explore::<S>((1, 0), Call::Sell(1), Call::Sell(1));
    explore::<S>((5, 0), Call::Sell(2), Call::Sell(1));
    explore::<S>((1, 3), Call::Sell(2), Call::Sell(1));
}

fn takes_back<S: Stock>() {
    explore::<S>((1, 1), Call::TakeBack(1), Call::Sell(1));
    explore::<S>((0, 1), Call::TakeBack(1), Call::Sell(1));
    explore::<S>((0, 3), Call::TakeBack(1), Call::TakeBack(2));
}

fn looks<S: Stock>() {
    explore::<S>((1, 0), Call::Sell(1), Call::Look);
    explore::<S>((2, 2), Call::TakeBack(2), Call::Look);
    explore::<S>((1, 0), Call::Sell(2), Call::Look);
}

#[test]
fn locked_sells_each_seat_once() {
    sells::<locked::Stock>();
}

#[test]
fn locked_takes_back_beside_a_sale() {
    takes_back::<locked::Stock>();
}

#[test]
fn locked_looks_at_one_moment() {
    looks::<locked::Stock>();
}

#[test]
fn packed_sells_each_seat_once() {
    sells::<packed::Stock>();
}

#[test]
fn packed_takes_back_beside_a_sale() {
    takes_back::<packed::Stock>();
}

#[test]
fn packed_looks_at_one_moment() {
    looks::<packed::Stock>();
}

/// Free and sold.
fn of(share: &Share) -> (u32, u32) {
    let counts = share.counts();
    (counts.free, counts.sold)
}

#[test]
fn shares_have_each_seat_once() {
    for (free, sold, sellers, expected) in [
        (6, 0, 3, vec![(2, 0), (2, 0), (2, 0)]),
        (7, 4, 3, vec![(3, 4), (2, 0), (2, 0)]),
        (1, 0, 2, vec![(1, 0), (0, 0)]),
        (9, 1, 1, vec![(9, 1)]),
    ] {
        let shares = Share::new(free, sold).split(sellers);
        let split: Vec<_> = shares.iter().map(of).collect();
        assert_eq!(
            split, expected,
            "{free} free seats and {sold} sold ones for {sellers} sellers, as free and sold"
        );
        assert_eq!(
            of(&Share::merge(shares)),
            (free, sold),
            "the same seats put together again"
        );
    }
}

#[test]
fn sellers_with_shares_sell_the_whole_concert() {
    let shares = Share::new(101, 0).split(2);
    // Each sells until it is refused, and gives one back.
    let sellers = shares.into_iter().map(|mut share| {
        thread::spawn(move || {
            let mut sold = 0;
            while share.sell(1) {
                sold += 1;
            }
            share.take_back(1);
            (sold, share)
        })
    });
    let sellers: Vec<_> = sellers.collect();
    let (sold, shares): (Vec<u32>, Vec<Share>) = sellers
        .into_iter()
        .map(|seller| seller.join().expect("no seller panics"))
        .unzip();
    assert_eq!(
        sold,
        [51, 50],
        "101 seats, two sellers: what each of them has sold"
    );
    assert_eq!(
        of(&Share::merge(shares)),
        (2, 99),
        "each has given one back: free and sold seats of all"
    );
}
