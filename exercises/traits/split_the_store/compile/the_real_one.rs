//! The program that runs. It has one store, and knows its type.

use split_the_store::{MemoryStore, balance, pick, reminders};

fn main() {
    let mut store = MemoryStore::default();
    let picked: bool = pick(&mut store, &[("pen", 1)]);
    let due: u64 = balance(&store, "ada");
    let letters: Vec<(String, String)> = reminders(&store, 30);
    println!("{picked} {due} {letters:?}");
}
