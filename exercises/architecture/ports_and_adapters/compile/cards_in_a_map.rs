//! Redeems a card that is kept in a map: no table, no request, no status.

use std::cell::RefCell;
use std::collections::HashMap;

use ports_and_adapters::domain::{Card, Cards, Saved, Unavailable, Version, redeem};

#[derive(Default)]
struct InMemory(RefCell<HashMap<u64, (Card, u64)>>);

impl Cards for InMemory {
    fn find(&self, id: u64) -> Result<Option<(Card, Version)>, Unavailable> {
        let cards = self.0.borrow();
        let found = cards.get(&id).cloned();
        Ok(found.map(|(card, version)| (card, Version(version))))
    }

    fn save(&self, id: u64, card: &Card, seen: Version) -> Result<Saved, Unavailable> {
        let mut cards = self.0.borrow_mut();
        match cards.get_mut(&id) {
            Some(kept) if Version(kept.1) == seen => {
                *kept = (card.clone(), kept.1 + 1);
                Ok(Saved::Yes)
            }
            _ => Ok(Saved::Outdated),
        }
    }
}

fn main() {
    let cards = InMemory::default();
    cards.0.borrow_mut().insert(7, (Card::new(5_000, 90), 1));
    let left = redeem(&cards, 7, 1_200, 90).map(|card| card.balance_cents());
    println!("{left:?}");
}
