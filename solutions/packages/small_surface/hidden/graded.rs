//! The same promises at other values.

use std::panic;
use std::time::Duration;

use small_surface::{Decision, Limiter, Rate, SystemClock};

#[test]
fn the_usual_clock_lets_a_burst_through() {
    let rate = Rate::new(Duration::from_secs(3_600), 3);
    let mut limiter: Limiter<SystemClock> = Limiter::new(rate);
    let left: Vec<Decision> = (0..3).map(|_| limiter.check("ada")).collect();
    assert_eq!(left, [2, 1, 0].map(|left| Decision::Allowed { left }));
    assert!(matches!(limiter.check("ada"), Decision::Denied { .. }));
}

#[test]
fn a_rate_without_a_step_is_refused() {
    let rate = panic::catch_unwind(|| Rate::new(Duration::ZERO, 1));
    assert!(rate.is_err(), "a step of zero gave {rate:?}");
}
