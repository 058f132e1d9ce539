//! Stage 1, at other values and at the ends of what can be set.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use circuit_breaker::{Breaker, Clock, State};
use support::{Hand, assert_state, begin, builder, fail, some, succeed};

#[test]
fn what_nobody_has_set() {
    let clock = Hand::new();
    let breaker = Breaker::builder().clock(clock.clone()).build();
    fail(&breaker, 4);
    assert_state(
        &breaker,
        State::Closed,
        "four failures, of five if nobody says",
    );
    fail(&breaker, 1);
    clock.advance(9_999);
    assert_state(&breaker, State::Open, "10 s of cool-down, if nobody says");
    clock.advance(1);
    assert_state(&breaker, State::HalfOpen, "and no more");
    assert_state(
        &Breaker::builder().build(),
        State::Closed,
        "with the machine's clock",
    );
}

#[test]
fn clones_are_one_breaker_on_any_thread() {
    let (_, builder) = builder();
    let breaker = builder.failures(some(4)).build();
    for _ in 0..4 {
        let clone = breaker.clone();
        let permit = begin(&clone);
        thread::spawn(move || permit.failed())
            .join()
            .expect("a result may come from another thread");
    }
    assert_state(
        &breaker,
        State::Open,
        "four clones, and one failure of each",
    );
}

#[test]
fn a_cool_down_without_end() {
    let (clock, builder) = builder();
    let breaker = builder.failures(some(1)).cool_down(Duration::MAX).build();
    fail(&breaker, 1);
    clock.advance(1_000_000_000);
    let refused = breaker.acquire().err().expect("the cool-down has no end");
    assert_eq!(
        refused.retry_after,
        Some(Duration::MAX - Duration::from_secs(1_000_000)),
        "what is left of it"
    );
}

#[test]
fn no_cool_down_at_all() {
    let (_, builder) = builder();
    let breaker = builder.failures(some(1)).cool_down(Duration::ZERO).build();
    fail(&breaker, 1);
    assert_state(
        &breaker,
        State::HalfOpen,
        "a cool-down of nothing is over at once",
    );
    succeed(&breaker, 1);
    assert_state(&breaker, State::Closed, "and a success closes it");
}

/// A clock that somebody has put back.
struct Back {
    start: Instant,
    back: Arc<AtomicBool>,
}

impl Clock for Back {
    fn now(&self) -> Instant {
        let later = Duration::from_secs(if self.back.load(Ordering::SeqCst) {
            0
        } else {
            100
        });
        self.start + later
    }
}

#[test]
fn a_clock_that_goes_back_costs_no_more_than_a_cool_down() {
    let (_, builder) = builder();
    let back = Arc::new(AtomicBool::new(false));
    let breaker = builder
        .failures(some(1))
        .clock(Back {
            start: Instant::now(),
            back: Arc::clone(&back),
        })
        .build();
    fail(&breaker, 1);
    back.store(true, Ordering::SeqCst);
    let refused = breaker.acquire().err().expect("the circuit is open");
    assert_eq!(
        refused.retry_after,
        Some(Duration::from_secs(10)),
        "the clock says that the circuit will be opened in 100 s; nobody is told to wait for 110 s"
    );
}
