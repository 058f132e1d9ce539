//! Fills up a bucket that the limiter should look after.

use std::time::Duration;

use small_surface::{Limiter, Rate};

fn main() {
    let mut limiter = Limiter::new(Rate::new(Duration::from_secs(1), 1));
    let _ = limiter.bucket_for("ada", Duration::ZERO);
}
