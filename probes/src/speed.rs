//! Measures how long one call of a short function takes, for comparison with another program that
//! measures the same way. The figure means nothing by itself: machines differ, and so do minutes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::{figures, profile};

/// How long one batch of calls is to take: short enough to fall between two interruptions.
const BATCH: Duration = Duration::from_micros(250);

/// How long to measure in all.
const TOTAL: Duration = Duration::from_millis(60);

/// Calls `work` again and again for some 60 ms, and reports under `name` how many nanoseconds a call
/// took in the fastest batch. Interruptions only ever make a batch slower, so the fastest is the one that
/// was least disturbed.
///
/// What `work` returns is kept from the optimiser. What goes in is the caller's business: hand inputs
/// through [`std::hint::black_box`] if they are constants.
///
/// Under `workbook profile` it is a workload to profile, as of [`profile::run`].
///
/// # Panics
///
/// As [`figures::report`].
pub fn report<T>(name: &str, work: impl FnMut() -> T) {
    if profile::is_asked_for() {
        return profile::run(work);
    }
    figures::report(name, nanos_per_call(work));
}

fn nanos_per_call<T>(mut work: impl FnMut() -> T) -> f64 {
    let calls = calibrate(&mut work);
    let start = Instant::now();
    let mut fastest = f64::INFINITY;
    while start.elapsed() < TOTAL {
        let took = batch(&mut work, calls);
        fastest = fastest.min(took.as_nanos() as f64 / f64::from(calls));
    }
    fastest
}

/// How many calls make a batch. Warms caches and branch predictors on the way.
fn calibrate<T>(work: &mut impl FnMut() -> T) -> u32 {
    let mut calls = 1;
    while batch(work, calls) < BATCH && calls < 1 << 24 {
        calls *= 2;
    }
    calls
}

fn batch<T>(work: &mut impl FnMut() -> T, calls: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(work());
    }
    start.elapsed()
}
