//! Stage 1: the states, and what leads from one to the other.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::time::Duration;

use circuit_breaker::State;
use support::{assert_state, begin, fail, succeed, three};

#[test]
fn enough_failures_in_a_row_open_the_circuit() {
    let (_, breaker) = three();
    fail(&breaker, 2);
    assert_state(&breaker, State::Closed, "two failures of three");
    fail(&breaker, 1);
    assert_state(&breaker, State::Open, "three failures in a row");
    assert!(
        breaker.acquire().is_err(),
        "an open circuit lets nothing through"
    );
}

#[test]
fn a_success_starts_the_count_again() {
    let (_, breaker) = three();
    for _ in 0..4 {
        fail(&breaker, 2);
        succeed(&breaker, 1);
    }
    fail(&breaker, 2);
    assert_state(
        &breaker,
        State::Closed,
        "there were never three failures without a success between them",
    );
    fail(&breaker, 1);
    assert_state(&breaker, State::Open, "now there were");
}

#[test]
fn who_is_refused_hears_when_to_come_back() {
    let (clock, breaker) = three();
    fail(&breaker, 3);
    for (pass, rest) in [(0, 10_000), (4_000, 6_000), (5_999, 1)] {
        clock.advance(pass);
        let refused = breaker.acquire().err().unwrap_or_else(|| {
            panic!("{rest} ms of the cool-down are left, and a call was let through")
        });
        assert_eq!(
            refused.retry_after,
            Some(Duration::from_millis(rest)),
            "so much is left of the 10 s. Callers put it into `Retry-After`, and too long is an outage that goes on"
        );
    }
}

#[test]
fn the_cool_down_ends_by_itself() {
    let (clock, breaker) = three();
    fail(&breaker, 3);
    clock.advance(9_999);
    assert_state(
        &breaker,
        State::Open,
        "a millisecond of the cool-down is left",
    );
    clock.advance(1);
    for _ in 0..2 {
        assert_state(
            &breaker,
            State::HalfOpen,
            "10 s after the opening, and nobody has called: a dashboard asks for the state and makes no calls",
        );
    }
    let _permit = begin(&breaker);
}

#[test]
fn a_success_after_the_cool_down_makes_it_as_good_as_new() {
    let (clock, breaker) = three();
    fail(&breaker, 3);
    clock.advance(10_000);
    succeed(&breaker, 1);
    assert_state(
        &breaker,
        State::Closed,
        "the first call after the cool-down succeeded",
    );
    fail(&breaker, 2);
    assert_state(
        &breaker,
        State::Closed,
        "two failures since it closed; those from before the opening are of the past",
    );
    fail(&breaker, 1);
    assert_state(&breaker, State::Open, "three failures since it closed");
}

#[test]
fn a_failure_after_the_cool_down_opens_it_for_a_whole_one() {
    let (clock, breaker) = three();
    fail(&breaker, 3);
    for _ in 0..3 {
        clock.advance(12_000);
        let probe = begin(&breaker);
        clock.advance(1_000);
        probe.failed();
        assert_state(
            &breaker,
            State::Open,
            "one failure after the cool-down is enough",
        );
        clock.advance(9_999);
        assert_state(
            &breaker,
            State::Open,
            "9.999 s after that failure: the cool-down is counted from it",
        );
        clock.advance(1);
        assert_state(&breaker, State::HalfOpen, "10 s after that failure");
    }
}

#[test]
fn a_late_success_closes_nothing() {
    let (clock, breaker) = three();
    let (while_open, while_half_open) = (begin(&breaker), begin(&breaker));
    fail(&breaker, 3);
    while_open.succeeded();
    assert_state(
        &breaker,
        State::Open,
        "a call that began before the opening has succeeded; it says how the dependency was then",
    );
    clock.advance(10_000);
    let probe = begin(&breaker);
    while_half_open.succeeded();
    assert_state(
        &breaker,
        State::HalfOpen,
        "a call from before the opening has succeeded, and the call that is to find out is still under way",
    );
    probe.failed();
    assert_state(&breaker, State::Open, "and that one failed");
}

#[test]
fn a_late_failure_is_not_counted() {
    let (clock, breaker) = three();
    let mut late: Vec<_> = (0..8).map(|_| begin(&breaker)).collect();
    let mut late_failures = |calls: usize| late.drain(..calls).for_each(|permit| permit.failed());
    fail(&breaker, 3);
    clock.advance(9_000);
    late_failures(3);
    clock.advance(1_000);
    assert_state(
        &breaker,
        State::HalfOpen,
        "10 s after the opening; failures of older calls do not make the cool-down longer",
    );
    let probe = begin(&breaker);
    late_failures(1);
    assert_state(
        &breaker,
        State::HalfOpen,
        "a call from before the opening has failed, and says nothing about now",
    );
    probe.succeeded();
    late_failures(4);
    assert_state(
        &breaker,
        State::Closed,
        "four calls from before the opening have failed after it closed again",
    );
}

#[test]
fn a_permit_that_is_dropped_says_nothing() {
    let (_, breaker) = three();
    fail(&breaker, 2);
    for _ in 0..5 {
        drop(begin(&breaker));
    }
    assert_state(
        &breaker,
        State::Closed,
        "two failures, and five callers who went away",
    );
    fail(&breaker, 1);
    assert_state(
        &breaker,
        State::Open,
        "three failures, and no success between them: who goes away is no success either",
    );
}
