//! Stage 8: the learner's laws, tried on breakers that are right and on some with a mistake.

#[path = "support/lab.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod lab;
// Nobody has it before the stage is begun, and rustfmt would look for it.
#[rustfmt::skip]
#[path = "../src/laws.rs"]
#[allow(dead_code, reason = "it is part of the library, too")]
mod laws;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::BTreeSet;

use lab::{CASES, Paper, Real, assert_breaks, assert_keeps};
use laws::{Step, case};

#[test]
fn what_is_right_keeps_the_laws() {
    assert_keeps("your breaker", Real::new);
    assert_keeps("another breaker", Paper::<{ lab::NONE }>::new);
}

#[test]
fn a_case_is_the_same_each_time() {
    let mut different = BTreeSet::new();
    for seed in 0..CASES {
        let (first, second) = (case(seed), case(seed));
        assert_eq!(
            first, second,
            "the case of seed {seed}, made twice, so that a failure can be repeated"
        );
        assert!(
            first.failures > 0 && first.probes > 0 && first.steps.len() <= 1_000,
            "the case of seed {seed} has failures and probes from 1 on, and at most 1,000 steps: {first:?}"
        );
        let waits = (first.steps.iter()).all(|it| !matches!(it, Step::Wait(ms) if *ms > 1_000_000));
        assert!(
            waits && first.cool_down <= 1_000_000,
            "the case of seed {seed} waits for at most 1,000,000 ms, and its cool-down is at most that long: {first:?}"
        );
        different.insert(format!("{first:?}"));
    }
    assert!(
        different.len() >= 250,
        "of {CASES} cases at least 250 were expected to differ, and {} do. A few stories that are told again and again find the mistakes \
         that their author knew of",
        different.len()
    );
}

#[test]
fn late_results_are_found() {
    assert_breaks::<{ lab::LATE_RESULTS_COUNT }>(
        "a result counts in whatever state it finds, also when it comes from before the opening",
    );
}

#[test]
fn probes_that_are_not_counted_are_found() {
    assert_breaks::<{ lab::THE_FIRST_PROBE_CLOSES }>(
        "the first probe that succeeds closes it, however many are asked for",
    );
}

#[test]
fn a_place_that_is_lost_is_found() {
    assert_breaks::<{ lab::A_PLACE_IS_LOST }>(
        "the place of a probe that was dropped never comes back",
    );
}

#[test]
fn a_place_that_comes_back_twice_is_found() {
    assert_breaks::<{ lab::ANYBODY_GIVES_BACK }>(
        "a call from before the opening gives a probe's place back when it is dropped",
    );
}

#[test]
fn a_cool_down_that_is_not_whole_is_found() {
    assert_breaks::<{ lab::FROM_THE_FIRST_OPENING }>(
        "after a probe has failed, the cool-down runs from the first opening",
    );
}

#[test]
fn a_millisecond_is_found() {
    assert_breaks::<{ lab::A_MILLISECOND_TOO_LONG }>("a cool-down is a millisecond too long");
}

#[test]
fn failures_that_are_not_in_a_row_are_found() {
    assert_breaks::<{ lab::SUCCESSES_ARE_FORGOTTEN }>("a success does not start the count again");
}

#[test]
fn a_wrong_promise_is_found() {
    assert_breaks::<{ lab::THE_WHOLE_COOL_DOWN }>(
        "a refusal says to come back after a whole cool-down, however much of it is over",
    );
}

#[test]
fn totals_that_do_not_add_up_are_found() {
    assert_breaks::<{ lab::LATE_ENDS_ARE_LEFT_OUT }>(
        "calls that end late are missing in the totals",
    );
}
