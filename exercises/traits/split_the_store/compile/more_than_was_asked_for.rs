//! Code that was given addresses, and helps itself to the stock.

use split_the_store::{Emails, MemoryStore, Reservations};

fn greet(store: &mut impl Emails) -> Option<String> {
    store.reserve("gift", 1);
    store.email("ada")
}

fn stock(_: &impl Reservations) {}

fn main() {
    let mut store = MemoryStore::default();
    stock(&store);
    println!("{:?}", greet(&mut store));
}
