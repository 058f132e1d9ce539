// What the tests of all stages share: a clock that stands still until a test moves it.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use circuit_breaker::{Breaker, Builder, Clock, Permit, State};

/// Clones are the same clock.
#[derive(Clone)]
pub struct Hand {
    start: Instant,
    passed: Arc<AtomicU64>,
}

impl Hand {
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            passed: Arc::default(),
        }
    }

    pub fn advance(&self, milliseconds: u64) {
        self.passed.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.passed.load(Ordering::SeqCst))
    }
}

pub fn some(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("a number from 1 on")
}

/// A cool-down of 10 s, on a clock that stands still.
pub fn builder() -> (Hand, Builder) {
    let clock = Hand::new();
    let builder = Breaker::builder()
        .cool_down(Duration::from_secs(10))
        .clock(clock.clone());
    (clock, builder)
}

/// Opens after three failures in a row.
pub fn three() -> (Hand, Breaker) {
    let (clock, builder) = builder();
    (clock, builder.failures(some(3)).build())
}

pub fn begin(breaker: &Breaker) -> Permit {
    breaker.acquire().unwrap_or_else(|refused| {
        panic!("a call was expected to be let through, and was not: {refused:?}")
    })
}

/// So many calls that fail, one after the other.
pub fn fail(breaker: &Breaker, calls: u32) {
    for _ in 0..calls {
        begin(breaker).failed();
    }
}

/// So many calls that succeed, one after the other.
pub fn succeed(breaker: &Breaker, calls: u32) {
    for _ in 0..calls {
        begin(breaker).succeeded();
    }
}

pub fn assert_state(breaker: &Breaker, expected: State, why: &str) {
    let found = breaker.state();
    assert!(
        found == expected,
        "{why}: the circuit was expected to be {expected:?}, and is {found:?}"
    );
}
