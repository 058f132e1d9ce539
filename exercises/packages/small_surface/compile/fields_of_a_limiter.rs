//! Looks into a limiter.

use std::time::Duration;

use small_surface::{Limiter, Rate};

fn main() {
    let limiter = Limiter::new(Rate::new(Duration::from_secs(1), 1));
    println!("{}", limiter.buckets.len());
}
