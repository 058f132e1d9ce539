//! What sudo mode promises, by a clock that only the tests move.

use std::sync::Arc;
use std::time::Duration;

use fake_the_clock::{Elevations, HandClock, Limits};

const MS: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_secs(60);

// Two lengths of which none is a multiple of the other, so that no test passes by a coincidence.
const IDLE: Duration = Duration::from_secs(5 * 60);
const TOTAL: Duration = Duration::from_secs(33 * 60);

/// A clock, and elevations that go by it.
fn setup() -> (Arc<HandClock>, Elevations) {
    let clock = HandClock::new();
    let limits = Limits {
        idle: IDLE,
        total: TOTAL,
    };
    let elevations = Elevations::new(clock.clone(), limits);
    (clock, elevations)
}

/// `user` confirms and stays busy, so that at the end both the idle time is short and the total is near.
fn busy_until(user: &str, age: Duration, clock: &HandClock, elevations: &mut Elevations) {
    elevations.confirm(user);
    let mut passed = Duration::ZERO;
    while passed < age {
        let step = (3 * MINUTE).min(age - passed);
        clock.advance(step);
        passed += step;
        assert!(elevations.allow(user), "{user}, busy, after {passed:?}");
    }
}

#[test]
fn who_has_not_confirmed_is_not_elevated() {
    let (_, mut elevations) = setup();
    elevations.confirm("ada");
    assert!(elevations.allow("ada"), "ada has confirmed");
    assert!(!elevations.allow("grace"), "only ada has confirmed");
    assert_eq!(elevations.left("grace"), None, "only ada has confirmed");
}

#[test]
fn unused_it_ends_at_exactly_the_idle_limit() {
    let (clock, mut elevations) = setup();
    elevations.confirm("ada");
    assert_eq!(elevations.left("ada"), Some(IDLE), "confirmed this moment");

    clock.advance(IDLE - MS);
    assert_eq!(elevations.left("ada"), Some(MS), "1 ms before the limit");
    assert_eq!(elevations.sweep(), [""; 0], "1 ms before the limit");

    clock.advance(MS);
    assert_eq!(elevations.left("ada"), None, "at the limit");
    assert!(!elevations.allow("ada"), "at the limit");
}

#[test]
fn used_it_ends_at_exactly_the_total() {
    let (clock, mut elevations) = setup();
    busy_until("ada", TOTAL - MS, &clock, &mut elevations);
    assert_eq!(
        elevations.left("ada"),
        Some(MS),
        "used this moment, so the idle limit leaves 5 minutes, but the total leaves 1 ms"
    );
    clock.advance(MS);
    assert_eq!(elevations.left("ada"), None, "at the total");
    assert!(!elevations.allow("ada"), "at the total");
}

#[test]
fn each_use_starts_the_idle_time_again_and_a_look_does_not() {
    let (clock, mut elevations) = setup();
    elevations.confirm("ada");
    clock.advance(4 * MINUTE);
    assert!(elevations.allow("ada"), "4 minutes after confirming");
    clock.advance(4 * MINUTE);
    assert_eq!(
        elevations.left("ada"),
        Some(MINUTE),
        "4 minutes after a use"
    );
    clock.advance(MINUTE);
    assert!(
        !elevations.allow("ada"),
        "5 minutes after the last use; what came a minute ago was a look"
    );
}

#[test]
fn a_refusal_lasts_until_the_user_confirms_again() {
    let (clock, mut elevations) = setup();
    elevations.confirm("ada");
    clock.advance(IDLE);
    assert!(!elevations.allow("ada"), "the first try, at the limit");
    assert!(
        !elevations.allow("ada"),
        "the second try in the same moment"
    );
    clock.set_back(MINUTE);
    assert!(
        !elevations.allow("ada"),
        "a clock that is set back must not undo a refusal"
    );

    elevations.confirm("ada");
    assert!(elevations.allow("ada"), "confirmed again");
}

#[test]
fn confirming_again_starts_both_limits_again() {
    let (clock, mut elevations) = setup();
    busy_until("ada", TOTAL - MS, &clock, &mut elevations);
    busy_until("ada", TOTAL - MS, &clock, &mut elevations);
    assert_eq!(elevations.left("ada"), Some(MS));
}

#[test]
fn a_sweep_takes_whoever_has_ended_once_and_nobody_else() {
    let (clock, mut elevations) = setup();
    busy_until("total", TOTAL - 4 * MINUTE, &clock, &mut elevations);
    elevations.confirm("idle");
    elevations.confirm("busy");
    clock.advance(3 * MINUTE);
    assert!(elevations.allow("busy") && elevations.allow("total"));
    clock.advance(2 * MINUTE);

    assert_eq!(
        elevations.sweep(),
        ["idle", "total"],
        "`idle` was not used for 5 minutes, `total` confirmed 34 minutes ago, `busy` used 2 minutes ago"
    );
    assert_eq!(elevations.sweep(), [""; 0], "swept already");
    assert_eq!(elevations.left("busy"), Some(3 * MINUTE), "not swept");
}

#[test]
fn a_sweep_lists_users_in_the_order_of_their_names() {
    let (clock, mut elevations) = setup();
    for user in ["ada", "barbara", "grace"] {
        elevations.confirm(user);
    }
    clock.advance(IDLE);
    assert_eq!(elevations.sweep(), ["ada", "barbara", "grace"]);
}

#[test]
fn a_clock_before_the_last_use_ends_it() {
    let (clock, mut elevations) = setup();
    elevations.confirm("ada");
    elevations.confirm("grace");
    clock.set_back(MS);
    assert_eq!(elevations.left("ada"), None, "the clock is 1 ms behind");
    assert!(!elevations.allow("ada"), "the clock is 1 ms behind");
    assert_eq!(elevations.sweep(), ["grace"], "ada is forgotten");
}

#[test]
fn a_use_is_recorded_at_the_moment_it_was_judged_by() {
    let (clock, mut elevations) = setup();
    elevations.confirm("ada");
    clock.advance(IDLE - MS);
    clock.jump_after_the_next_reading(2 * MS);
    assert!(elevations.allow("ada"), "1 ms before the limit");
    assert_eq!(
        elevations.left("ada"),
        Some(IDLE - 2 * MS),
        "the clock moved on by 2 ms while `allow` ran, so the use is 2 ms ago"
    );
}
