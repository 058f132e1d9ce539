//! Makes a rate past `Rate::new`, with a step of zero.

use std::time::Duration;

use small_surface::Rate;

fn main() {
    let rate = Rate {
        every: Duration::ZERO,
        burst: 1,
    };
    println!("{rate:?}");
}
