//! What sudo mode promises, by a clock that only the tests move.

use std::sync::Arc;
use std::time::Duration;

use fake_the_clock::{Elevations, HandClock, Limits};

const MS: Duration = Duration::from_millis(1);
const MINUTE: Duration = Duration::from_secs(60);

const IDLE: Duration = Duration::from_secs(5 * 60);
const TOTAL: Duration = Duration::from_secs(33 * 60);

const NEVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A clock, and elevations that go by it. Only the idle limit matters.
fn setup() -> (Arc<HandClock>, Elevations) {
    with_limits(IDLE, NEVER)
}

fn with_limits(idle: Duration, total: Duration) -> (Arc<HandClock>, Elevations) {
    let clock = HandClock::new();
    let limits = Limits { idle, total };
    let elevations = Elevations::new(clock.clone(), limits);
    (clock, elevations)
}

/// Sorted: `sweep` promises no order.
fn swept(elevations: &mut Elevations) -> Vec<String> {
    let mut users = elevations.sweep();
    users.sort();
    users
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
    assert_eq!(swept(&mut elevations), [""; 0], "1 ms before the limit");

    clock.advance(MS);
    assert_eq!(elevations.left("ada"), None, "at the limit");
    assert!(!elevations.allow("ada"), "at the limit");
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
fn a_clock_before_the_last_use_ends_it() {
    let (clock, mut elevations) = setup();
    elevations.confirm("ada");
    elevations.confirm("grace");
    clock.set_back(MS);
    assert_eq!(elevations.left("ada"), None, "the clock is 1 ms behind");
    assert!(!elevations.allow("ada"), "the clock is 1 ms behind");
    assert_eq!(swept(&mut elevations), ["grace"], "ada is forgotten");
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

#[test]
fn it_ends_at_exactly_the_total() {
    let (clock, mut elevations) = with_limits(NEVER, TOTAL);
    elevations.confirm("ada");
    clock.advance(TOTAL - MS);
    assert_eq!(elevations.left("ada"), Some(MS), "1 ms before the total");
    assert_eq!(swept(&mut elevations), [""; 0], "1 ms before the total");
    clock.advance(MS);
    assert_eq!(elevations.left("ada"), None, "at the total");
    assert_eq!(swept(&mut elevations), ["ada"], "at the total");
    assert_eq!(swept(&mut elevations), [""; 0], "swept already");
}
