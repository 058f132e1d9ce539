//! The domain without anything else of the crate: no adapters, no vendors. If this builds, nothing in
//! `src/domain.rs` needs them.

#[path = "../src/domain.rs"]
#[allow(dead_code)]
mod domain;

fn main() {
    let price = domain::Price {
        cents: 100,
        stale: false,
    };
    println!("{price:?}");
}
