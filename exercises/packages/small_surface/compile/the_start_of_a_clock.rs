//! Sets a clock back, which never goes back.

use std::time::Instant;

use small_surface::SystemClock;

fn main() {
    let mut clock = SystemClock::default();
    clock.start = Instant::now();
    println!("{clock:?}");
}
