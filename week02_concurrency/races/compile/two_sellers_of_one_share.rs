//! A share belongs to one seller. Whoever can copy it can sell its seats twice.

use races::shares::Share;

fn main() {
    let mut one = Share::new(1, 0);
    let mut other = one.clone();
    assert!(one.sell(1) && other.sell(1), "one seat, two customers");
}
