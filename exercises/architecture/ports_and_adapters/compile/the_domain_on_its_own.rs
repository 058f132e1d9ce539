//! The domain without the rest of the crate. If this builds, nothing in `src/domain.rs` needs HTTP or a table.

#[path = "../src/domain.rs"]
#[allow(dead_code)]
mod domain;

fn main() {
    println!("{:?}", domain::RedeemError::Expired);
}
