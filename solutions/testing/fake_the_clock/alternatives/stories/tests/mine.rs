//! What sudo mode promises, as stories: what happens, what time passes, what is answered.

use std::sync::Arc;
use std::time::Duration;

use Step::{Ahead, Allow, Back, Confirm, JumpMidway, Left, Sweep};
use fake_the_clock::{Elevations, HandClock, Limits};

const S: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);
const LIMITS: Limits = Limits {
    idle: Duration::from_secs(10),
    total: Duration::from_secs(25),
};

/// One line of a story; what is expected is the last field.
#[derive(Debug, Clone, Copy)]
enum Step {
    Confirm(&'static str),
    Allow(&'static str, bool),
    Left(&'static str, Option<Duration>),
    Sweep(&'static [&'static str]),
    Ahead(Duration),
    Back(Duration),
    JumpMidway(Duration),
}

/// Plays a story, and says with its name which line is not as told.
#[track_caller]
fn play(story: &str, steps: &[Step]) {
    let clock = HandClock::new();
    let mut elevations = Elevations::new(Arc::<HandClock>::clone(&clock), LIMITS);
    for (at, step) in steps.iter().enumerate() {
        let line = at + 1;
        match *step {
            Confirm(user) => elevations.confirm(user),
            Ahead(by) => clock.advance(by),
            Back(by) => clock.set_back(by),
            JumpMidway(by) => clock.jump_after_the_next_reading(by),
            Allow(user, expected) => {
                let answer = elevations.allow(user);
                assert_eq!(answer, expected, "{story}: line {line}, {step:?}");
            }
            Left(user, expected) => {
                let answer = elevations.left(user);
                assert_eq!(answer, expected, "{story}: line {line}, {step:?}");
            }
            Sweep(expected) => {
                let mut answer = elevations.sweep();
                answer.sort();
                assert_eq!(answer, expected, "{story}: line {line}, {step:?}");
            }
        }
    }
}

#[test]
fn idle() {
    play(
        "nothing is done",
        &[
            Confirm("ada"),
            Ahead(10 * S - MS),
            Left("ada", Some(MS)),
            Sweep(&[]),
            Ahead(MS),
            Left("ada", None),
            Sweep(&["ada"]),
            Sweep(&[]),
            Allow("ada", false),
        ],
    );
    play(
        "something is done in time",
        &[
            Confirm("ada"),
            Ahead(10 * S - MS),
            Allow("ada", true),
            Ahead(10 * S - MS),
            Sweep(&[]),
            Allow("ada", true),
        ],
    );
}

#[test]
fn total() {
    play(
        "a busy user",
        &[
            Confirm("ada"),
            Ahead(9 * S),
            Allow("ada", true),
            Ahead(9 * S),
            Allow("ada", true),
            Left("ada", Some(7 * S)),
            Ahead(7 * S - MS),
            Allow("ada", true),
            Left("ada", Some(MS)),
            Ahead(MS),
            Left("ada", None),
            Allow("ada", false),
            Confirm("ada"),
            Left("ada", Some(10 * S)),
        ],
    );
}

#[test]
fn refusals() {
    play(
        "tries again and again",
        &[
            Confirm("ada"),
            Ahead(10 * S),
            Allow("ada", false),
            Allow("ada", false),
            Back(S),
            Allow("ada", false),
            Ahead(S),
            Sweep(&[]),
        ],
    );
    play(
        "the clock is set back",
        &[
            Confirm("ada"),
            Back(MS),
            Left("ada", None),
            Allow("ada", false),
        ],
    );
}

#[test]
fn one_moment() {
    play(
        "the clock runs on while allow does",
        &[
            Confirm("ada"),
            Ahead(S),
            JumpMidway(3 * S),
            Allow("ada", true),
            Left("ada", Some(7 * S)),
        ],
    );
}
