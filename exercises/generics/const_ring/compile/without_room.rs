//! A ring that could keep nothing.

use const_ring::Recent;

fn main() {
    let mut nothing = Recent::<u8, 0>::new();
    nothing.push(1);
}
