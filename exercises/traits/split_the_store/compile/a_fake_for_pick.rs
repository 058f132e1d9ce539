//! The test of the warehouse: a shelf on which the second article is always short.

use split_the_store::{Reservations, pick};

#[derive(Default)]
struct Shelf {
    calls: Vec<String>,
}

impl Reservations for Shelf {
    fn reserve(&mut self, article: &str, _count: u32) -> bool {
        self.calls.push(format!("reserve {article}"));
        self.calls.len() != 2
    }

    fn release(&mut self, article: &str, _count: u32) {
        self.calls.push(format!("release {article}"));
    }
}

fn main() {
    let mut shelf = Shelf::default();
    assert!(!pick(&mut shelf, &[("pen", 1), ("ink", 1)]));
}
