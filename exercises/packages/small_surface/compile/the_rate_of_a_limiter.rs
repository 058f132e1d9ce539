//! Gives a limiter another rate, under buckets that were filled by the first.

use std::time::Duration;

use small_surface::{Limiter, Rate};

fn main() {
    let mut limiter = Limiter::new(Rate::new(Duration::from_secs(1), 1));
    limiter.rate = Rate::new(Duration::from_secs(1), 9);
    println!("{limiter:?}");
}
