//! Sets the step of a rate to zero, after `Rate::new` has checked it.

use std::time::Duration;

use small_surface::Rate;

fn main() {
    let mut rate = Rate::new(Duration::from_secs(1), 1);
    rate.every = Duration::ZERO;
    println!("{rate:?}");
}
