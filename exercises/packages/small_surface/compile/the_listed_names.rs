//! Rule 1: these five names are at the root, with all that the crate promises of them.

use std::time::Duration;

use small_surface::{Clock, Decision, Limiter, Rate, SystemClock};

struct Gate {
    limiter: Limiter<SystemClock>,
}

fn reading<C: Clock>(clock: &C) -> Duration {
    clock.now()
}

fn main() {
    let rate = Rate::new(Duration::from_millis(100), 5);
    let mut gate = Gate {
        limiter: Limiter::new(rate.clone()),
    };
    match gate.limiter.check("ada") {
        Decision::Allowed { left } => println!("{left}"),
        Decision::Denied { retry_after } => println!("{retry_after:?}"),
    }
    let other = Limiter::with_clock(rate, SystemClock::default());
    println!("{other:?} {:?}", reading(&SystemClock::default()));
}
