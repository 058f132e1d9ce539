//! Changes how many a rate allows at once.

use std::time::Duration;

use small_surface::Rate;

fn main() {
    let mut rate = Rate::new(Duration::from_secs(1), 1);
    rate.burst = 0;
    println!("{rate:?}");
}
