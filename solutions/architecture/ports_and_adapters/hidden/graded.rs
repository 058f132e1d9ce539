//! The same promises at other values.

use std::cell::Cell;

use ports_and_adapters::domain::{Card, Cards, RedeemError, Saved, Unavailable, Version, redeem};

/// One card; somebody else is quicker so many times, and is seen to have taken ten cents each time.
struct Contended {
    balance: Cell<u64>,
    quicker: Cell<usize>,
    saved: Cell<usize>,
}

impl Contended {
    fn new(quicker: usize) -> Self {
        Contended {
            balance: Cell::new(1_000),
            quicker: Cell::new(quicker),
            saved: Cell::new(0),
        }
    }
}

impl Cards for Contended {
    fn find(&self, id: u64) -> Result<Option<(Card, Version)>, Unavailable> {
        match id {
            1 => Ok(Some((
                Card::new(self.balance.get(), 50),
                Version(self.balance.get()),
            ))),
            2 => Err(Unavailable),
            _ => Ok(None),
        }
    }

    fn save(&self, _: u64, card: &Card, seen: Version) -> Result<Saved, Unavailable> {
        if let Some(left) = self.quicker.get().checked_sub(1) {
            self.quicker.set(left);
            self.balance.set(self.balance.get() - 10);
        }
        if seen != Version(self.balance.get()) {
            return Ok(Saved::Outdated);
        }
        self.balance.set(card.balance_cents());
        self.saved.set(self.saved.get() + 1);
        Ok(Saved::Yes)
    }
}

#[test]
fn the_domain_works_on_any_cards() {
    let cards = Contended::new(0);
    let left = redeem(&cards, 1, 400, 50).map(|card| card.balance_cents());
    assert_eq!(left, Ok(600), "good until day 50, on day 50");
    assert_eq!(redeem(&cards, 1, 400, 51), Err(RedeemError::Expired));
    assert_eq!(redeem(&cards, 1, 0, 50), Err(RedeemError::Nothing));
    assert_eq!(redeem(&cards, 3, 1, 50), Err(RedeemError::NoSuchCard));
    assert_eq!(redeem(&cards, 2, 1, 50), Err(RedeemError::Unavailable));
    assert_eq!(cards.saved.get(), 1, "what was refused was not saved");
}

#[test]
fn each_attempt_is_decided_by_what_is_there() {
    let cards = Contended::new(1);
    let left = redeem(&cards, 1, 990, 50).map(|card| card.balance_cents());
    assert_eq!(left, Ok(0), "10 of 1000 were gone, and 990 were left");
    let cards = Contended::new(1);
    assert_eq!(
        redeem(&cards, 1, 991, 50),
        Err(RedeemError::TooMuch { balance_cents: 990 })
    );
    let cards = Contended::new(50);
    assert_eq!(redeem(&cards, 1, 1, 50), Err(RedeemError::Unavailable));
    assert_eq!(cards.saved.get(), 0);
}
