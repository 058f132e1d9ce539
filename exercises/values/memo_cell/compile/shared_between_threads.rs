//! Two threads that have the same prices. Each could be in the middle of an insertion.

use std::thread;

use memo_cell::Prices;

fn main() {
    let prices = Prices::new(Box::new(|_, article| article.len() as u64));
    thread::scope(|scope| {
        scope.spawn(|| prices.quote("pen"));
        scope.spawn(|| prices.quote("ink"));
    });
}
