//! Stage 2: a rate of failures, in a window.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::time::Duration;

use circuit_breaker::{Breaker, State, Trip};
use probes::alloc;
use support::{Hand, assert_state, begin, builder, fail, some, succeed};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// Half of the calls of ten seconds, and of ten calls at least.
fn half_of_ten() -> (Hand, Breaker) {
    rate(50, 10)
}

fn rate(percent: u8, at_least: u32) -> (Hand, Breaker) {
    let (clock, builder) = builder();
    let trip = Trip::Rate {
        percent,
        at_least: some(at_least),
        window: Duration::from_secs(10),
    };
    (clock, builder.trip(trip).build())
}

#[test]
fn half_of_the_calls_are_enough() {
    let (clock, breaker) = half_of_ten();
    for call in 1..=9 {
        succeed(&breaker, call % 2);
        fail(&breaker, 1 - call % 2);
        clock.advance(100);
    }
    assert_state(&breaker, State::Closed, "9 calls, 4 of them failures");
    fail(&breaker, 1);
    assert_state(
        &breaker,
        State::Open,
        "10 calls in a second, 5 of them failures, never two in a row",
    );
}

#[test]
fn less_than_that_is_not() {
    let (_, breaker) = rate(30, 10);
    succeed(&breaker, 71);
    fail(&breaker, 29);
    assert_state(
        &breaker,
        State::Closed,
        "29 of 100 calls failed, of a limit of 30 %",
    );
    fail(&breaker, 1);
    assert_state(&breaker, State::Closed, "30 of 101");
    fail(&breaker, 1);
    assert_state(&breaker, State::Open, "31 of 102 are more than 30 %");
}

#[test]
fn from_few_calls_nothing_follows() {
    let (_, breaker) = half_of_ten();
    fail(&breaker, 9);
    assert_state(
        &breaker,
        State::Closed,
        "9 calls, where 10 are the least: at night one call an hour fails, and that is 100 %",
    );
    succeed(&breaker, 1);
    assert_state(
        &breaker,
        State::Open,
        "the tenth call succeeded, and now 9 of 10 have failed: each end of a call decides",
    );
}

#[test]
fn a_circuit_that_closes_remembers_nothing() {
    let (clock, builder) = builder();
    let trip = Trip::Rate {
        percent: 50,
        at_least: some(10),
        window: Duration::from_secs(60),
    };
    let breaker = builder.trip(trip).build();
    fail(&breaker, 10);
    clock.advance(10_000);
    succeed(&breaker, 1);
    fail(&breaker, 1);
    assert_state(
        &breaker,
        State::Closed,
        "it closed, and one call has failed since; the outage is 10 s ago, of a window of 60 s, and is over",
    );
    fail(&breaker, 8);
    assert_state(
        &breaker,
        State::Closed,
        "9 calls since it closed; the one that closed it belongs to the half-open time",
    );
    fail(&breaker, 1);
    assert_state(&breaker, State::Open, "10 of 10");
}

#[test]
fn what_is_old_does_not_count() {
    let (clock, breaker) = half_of_ten();
    fail(&breaker, 5);
    clock.advance(9_999);
    succeed(&breaker, 4);
    assert_state(&breaker, State::Closed, "9 calls");
    succeed(&breaker, 1);
    assert_state(
        &breaker,
        State::Open,
        "10 calls in the present tenth of the window and the nine before it, and 5 of them failures",
    );

    let (clock, breaker) = half_of_ten();
    fail(&breaker, 5);
    clock.advance(10_000);
    succeed(&breaker, 5);
    fail(&breaker, 4);
    assert_state(
        &breaker,
        State::Closed,
        "a tenth later: the first 5 failures are 10 s old and out of the window, 4 of 9 calls are left",
    );
}

#[test]
fn a_border_is_no_new_beginning() {
    let (clock, breaker) = half_of_ten();
    clock.advance(9_500);
    fail(&breaker, 6);
    clock.advance(1_000);
    fail(&breaker, 4);
    assert_state(
        &breaker,
        State::Open,
        "10 failures within a second, around second 10. Whoever counts from nought every 10 s has seen 6, and 4",
    );
}

#[test]
fn a_silence_leaves_nothing_behind() {
    for silence in [11_000, 20_000, 100_000, 1_000_000, 100_000_000] {
        let (clock, breaker) = half_of_ten();
        clock.advance(5_000);
        fail(&breaker, 9);
        clock.advance(silence);
        fail(&breaker, 1);
        assert_state(
            &breaker,
            State::Closed,
            &format!("one call in this window, and 9 before a silence of {silence} ms"),
        );
    }
}

#[test]
fn a_window_takes_the_same_memory_whatever_happens() {
    let (clock, breaker) = rate(101, 1);
    let ((), tally) = alloc::measure(|| {
        for _ in 0..100 {
            fail(&breaker, 1_000);
            clock.advance(50);
        }
    });
    assert_eq!(
        tally.allocations, 0,
        "100,000 calls failed in 5 s, which is when memory is short anyway; {} bytes were asked for",
        tally.bytes
    );
}

#[test]
fn late_results_do_not_count_in_a_window_either() {
    let (clock, breaker) = half_of_ten();
    let late: Vec<_> = (0..20).map(|_| begin(&breaker)).collect();
    fail(&breaker, 10);
    clock.advance(10_000);
    succeed(&breaker, 1);
    late.into_iter().for_each(circuit_breaker::Permit::failed);
    assert_state(
        &breaker,
        State::Closed,
        "20 calls from before the opening have failed after it closed again",
    );
}
