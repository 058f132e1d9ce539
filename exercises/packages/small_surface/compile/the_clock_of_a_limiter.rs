//! Gives a limiter another clock, by which all its buckets are filled in the future.

use std::time::Duration;

use small_surface::{Limiter, Rate, SystemClock};

fn main() {
    let mut limiter = Limiter::new(Rate::new(Duration::from_secs(1), 1));
    limiter.clock = SystemClock::default();
    println!("{limiter:?}");
}
