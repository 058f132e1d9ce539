//! Stage 3: who may find out, and what becomes of their places.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use circuit_breaker::{Breaker, Permit, Refused, State};
use support::{Hand, assert_state, begin, builder, fail, some, succeed};

/// A breaker that has opened after a failure, at the end of its cool-down.
fn half_open(probes: u32) -> (Hand, Breaker) {
    let (clock, builder) = builder();
    let breaker = builder.failures(some(1)).probes(some(probes)).build();
    fail(&breaker, 1);
    clock.advance(10_000);
    assert_state(&breaker, State::HalfOpen, "at the end of the cool-down");
    (clock, breaker)
}

fn assert_refused(breaker: &Breaker, why: &str) {
    let asked = breaker.acquire();
    assert!(
        asked.is_err(),
        "{why}: another call was let through to a dependency that has not come back yet"
    );
}

#[test]
fn one_call_at_a_time_finds_out_if_nobody_says() {
    let (clock, builder) = builder();
    let breaker = builder.failures(some(1)).build();
    fail(&breaker, 1);
    clock.advance(10_000);
    let probe = begin(&breaker);
    for _ in 0..3 {
        assert_refused(&breaker, "one probe is under way, of one");
    }
    clock.advance(60_000);
    assert_refused(&breaker, "one probe has been under way for a minute");
    probe.succeeded();
    assert_state(&breaker, State::Closed, "the probe succeeded");
}

#[test]
fn who_is_refused_meanwhile_hears_that_nobody_knows() {
    let (_, breaker) = half_open(1);
    let _probe = begin(&breaker);
    let refused: Option<Refused> = breaker.acquire().err();
    assert_eq!(
        refused.map(|refused| refused.retry_after),
        Some(None),
        "a probe is under way, and when it ends nobody knows. `Some(0 s)` would have every client ask again at once"
    );
}

#[test]
fn of_many_threads_so_many_get_through() {
    const THREADS: usize = 8;
    for probes in [1, 3] {
        let (_, breaker) = half_open(probes);
        let (start, end) = (Barrier::new(THREADS), Barrier::new(THREADS));
        let through: usize = thread::scope(|scope| {
            let callers: Vec<_> = (0..THREADS)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        let permit = breaker.acquire().ok();
                        // Nobody gives a place back before all have asked.
                        end.wait();
                        usize::from(permit.is_some())
                    })
                })
                .collect();
            callers
                .into_iter()
                .map(|caller| caller.join().expect("nobody panics"))
                .sum()
        });
        assert_eq!(
            through, probes as usize,
            "{THREADS} threads asked a half-open circuit at once, and so many were let through, of {probes}"
        );
    }
}

#[test]
fn all_of_them_have_to_succeed() {
    let (_, breaker) = half_open(3);
    succeed(&breaker, 1);
    let (second, third) = (begin(&breaker), begin(&breaker));
    assert_refused(
        &breaker,
        "one of three probes has succeeded, and two are under way",
    );
    second.succeeded();
    assert_state(&breaker, State::HalfOpen, "two of three probes succeeded");
    assert_refused(
        &breaker,
        "two of three probes have succeeded, and the last is under way",
    );
    third.succeeded();
    assert_state(&breaker, State::Closed, "three of three probes succeeded");
    drop([
        begin(&breaker),
        begin(&breaker),
        begin(&breaker),
        begin(&breaker),
    ]);
}

#[test]
fn one_that_fails_is_enough() {
    let (clock, breaker) = half_open(3);
    let [first, second, third] = [begin(&breaker), begin(&breaker), begin(&breaker)];
    first.succeeded();
    clock.advance(1_000);
    second.failed();
    assert_state(&breaker, State::Open, "one of three probes failed");
    clock.advance(4_000);
    third.failed();
    clock.advance(5_999);
    assert_state(
        &breaker,
        State::Open,
        "9.999 s after the first failure of a probe",
    );
    clock.advance(1);
    assert_state(
        &breaker,
        State::HalfOpen,
        "10 s after it. The last probe failed later; it had begun before that opening and counts for nothing",
    );
    succeed(&breaker, 2);
    assert_state(
        &breaker,
        State::HalfOpen,
        "two of three, and those of last time do not count",
    );
    succeed(&breaker, 1);
    assert_state(&breaker, State::Closed, "three of three");
}

#[test]
fn a_probe_that_goes_away_gives_its_place_back() {
    let (clock, breaker) = half_open(2);
    for _ in 0..5 {
        let gone = begin(&breaker);
        let stays = begin(&breaker);
        assert_refused(&breaker, "two probes are under way, of two");
        drop(gone);
        let next = breaker.acquire();
        assert!(
            next.is_ok(),
            "a customer closed the browser, and his call was a probe. It says nothing, and the next caller is to find \
             out: without that the circuit is half-open for ever"
        );
        drop((next, stays));
        clock.advance(1);
    }
    assert_state(&breaker, State::HalfOpen, "nobody has found out anything");
    succeed(&breaker, 2);
    assert_state(&breaker, State::Closed, "two of two succeeded");
}

#[test]
fn a_caller_that_panics_gives_its_place_back() {
    let (_, breaker) = half_open(1);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _probe = begin(&breaker);
        // Without a message: it is meant to happen.
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(panicked.is_err(), "the caller panics");
    let next = breaker.acquire();
    assert!(
        next.is_ok(),
        "the probe's caller panicked, which is our mistake and not the dependency's, and the next one is to find out"
    );
}

#[test]
fn only_a_probe_gives_a_probes_place_back() {
    let (clock, builder) = builder();
    let breaker = builder.failures(some(1)).build();
    let old: Vec<Permit> = (0..4).map(|_| begin(&breaker)).collect();
    fail(&breaker, 1);
    clock.advance(10_000);
    let last_probe = begin(&breaker);
    let mut old = old.into_iter();
    drop(old.next());
    assert_refused(
        &breaker,
        "a probe is under way, and a caller from before the opening went away",
    );
    last_probe.failed();
    clock.advance(10_000);
    let probe = begin(&breaker);
    old.for_each(drop);
    assert_refused(
        &breaker,
        "a probe is under way, and three callers from before two openings went away",
    );
    clock.advance(Duration::from_secs(60).as_millis() as u64);
    probe.succeeded();
    assert_state(&breaker, State::Closed, "the probe succeeded");
}
