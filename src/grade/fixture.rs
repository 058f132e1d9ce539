//! Results made up for tests.

use super::cell::{Reach, Walls};
use super::record::{Grade, GradedCheck, Kind, Outcome, Trust, VERSION};

/// A result with these checks: name, whether it passes, and its kind.
pub fn grade(submission: &str, exercise: &str, checks: &[(&str, bool, Kind)]) -> Grade {
    let checks: Vec<GradedCheck> = checks
        .iter()
        .map(|(id, passes, kind)| check(id, *passes, *kind))
        .collect();
    Grade {
        version: VERSION,
        submission: submission.to_owned(),
        exercise: exercise.to_owned(),
        key: format!("{submission}-{exercise}"),
        course: "made-up 1.0.0".to_owned(),
        toolchain: "rustc 1.95.0".to_owned(),
        trust: Trust::InProcess,
        walls: Walls::ALL,
        reach: Reach::Nothing,
        outcome: Grade::sum_up(&checks),
        checks,
        ignored: Vec::new(),
    }
}

/// A check that passes or does not.
pub fn check(id: &str, passes: bool, kind: Kind) -> GradedCheck {
    GradedCheck {
        id: id.to_owned(),
        shows: format!("what {id} shows"),
        kind,
        outcome: if passes {
            Outcome::Passed
        } else {
            Outcome::Failed {
                how: "said no".to_owned(),
            }
        },
        took_ms: 12,
        figure: None,
        output: if passes {
            String::new()
        } else {
            "left: 0\n::error::forged\n\u{1b}[31mred ##[x] ]]> <b>&".to_owned()
        },
    }
}
