//! Keeps a value over the reset of the region that it is in.

use bump_it::Bump;

fn main() {
    let mut bump = Bump::new(64);
    let price = bump.value(100_u64).expect("64 bytes are enough");
    bump.reset();
    *price += 1;
}
