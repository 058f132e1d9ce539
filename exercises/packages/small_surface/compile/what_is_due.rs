//! Does the arithmetic of a bucket elsewhere.

use std::time::Duration;

use small_surface::Rate;

fn main() {
    let rate = Rate::new(Duration::from_secs(1), 1);
    println!("{}", rate.due(Duration::from_secs(3)));
}
