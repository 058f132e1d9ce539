//! A plug-in that is handed what it may use as trait objects.

use split_the_store::{MemoryStore, OrderHistory, Reservations, balance, pick};

struct PlugIn<'s> {
    history: &'s dyn OrderHistory,
}

fn take(shelf: &mut dyn Reservations) -> bool {
    pick(shelf, &[("pen", 1)])
}

fn main() {
    let mut store = MemoryStore::default();
    println!("{}", take(&mut store));
    let plug_in = PlugIn { history: &store };
    println!("{}", balance(plug_in.history, "ada"));
}
