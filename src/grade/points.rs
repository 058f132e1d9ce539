//! Points: a pure function of outcomes, a policy, and when something came in.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::policy::{Partial, Policy};
use super::record::{Grade, GradedCheck, Kind, Outcome};

/// When each submission came in.
pub type Times = BTreeMap<String, Timestamp>;

/// What an exercise is worth where the policy does not say.
const POINTS: f64 = 10.0;

/// The points of one submission for one exercise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Whose.
    pub submission: String,
    /// The exercise.
    pub exercise: String,
    /// `None` where the grader could not judge: then nobody knows yet.
    pub points: Option<f64>,
    /// What can be had.
    pub of: f64,
    /// The part that lateness leaves.
    pub late: f64,
}

/// Scores one result.
pub fn score(grade: &Grade, policy: &Policy, times: &Times) -> Score {
    let of = policy
        .points
        .get(&grade.exercise)
        .copied()
        .unwrap_or(POINTS);
    let late = policy.late.factor(times.get(&grade.submission).copied());
    let points = match &grade.outcome {
        Outcome::CouldNotJudge { .. } => None,
        Outcome::NotRun { .. } => Some(0.0),
        Outcome::Passed => Some(of),
        Outcome::Failed { .. } if policy.partial == Partial::AllOrNothing => Some(0.0),
        Outcome::Failed { .. } => {
            let weights = |wanted: &dyn Fn(&GradedCheck) -> bool| -> f64 {
                let checks = grade.checks.iter().filter(|check| wanted(check));
                checks.map(|check| weight(grade, check, policy)).sum()
            };
            let all = weights(&|_| true);
            let passed = weights(&|check| check.outcome == Outcome::Passed);
            Some(if all > 0.0 { of * passed / all } else { 0.0 })
        }
    };
    Score {
        submission: grade.submission.clone(),
        exercise: grade.exercise.clone(),
        points: points.map(|points| rounded(points * late)),
        of,
        late,
    }
}

/// What a check weighs within its exercise.
pub fn weight(grade: &Grade, check: &GradedCheck, policy: &Policy) -> f64 {
    let name = format!("{}/{}", grade.exercise, check.id);
    let by_kind = match check.kind {
        Kind::Visible => policy.kinds.visible,
        Kind::Hidden => policy.kinds.hidden,
    };
    policy
        .weights
        .get(&name)
        .copied()
        .unwrap_or(by_kind)
        .max(0.0)
}

/// To hundredths, so that sums are the same everywhere.
pub fn rounded(points: f64) -> f64 {
    // An empty sum is a negative nought.
    (points * 100.0).round() / 100.0 + 0.0
}

/// Reads `name,time` lines; a first line without a time is a head.
///
/// # Errors
///
/// The line that can't be read.
pub fn times(text: &str) -> Result<Times, String> {
    let mut times = Times::new();
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let (name, time) = line.split_once(',').unwrap_or((line, ""));
        match time.trim().parse() {
            Ok(time) => {
                times.insert(name.trim().to_owned(), time);
            }
            Err(_) if at == 0 => {}
            Err(error) => return Err(format!("line {}: {error}", at + 1)),
        }
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grade::fixture::grade;

    fn points(grade: &Grade, policy: &str, came_in: Option<&str>) -> Option<f64> {
        let policy = Policy::read(policy).expect("it is a policy");
        let times = came_in.map(|time| times(&format!("ann,{time}")).expect("it is a time"));
        score(grade, &policy, &times.unwrap_or_default()).points
    }

    #[test]
    fn points_follow_from_outcomes_weights_and_time() {
        let half = grade(
            "ann",
            "till",
            &[
                ("checks::a", true, Kind::Visible),
                ("graded::b", false, Kind::Hidden),
            ],
        );
        assert_eq!(points(&half, "", None), Some(5.0));
        assert_eq!(
            points(&half, "partial = \"all-or-nothing\"", None),
            Some(0.0)
        );
        assert_eq!(points(&half, "kinds.hidden = 3", None), Some(2.5));
        assert_eq!(
            points(
                &half,
                "points.till = 40\nweights.\"till/checks::a\" = 3",
                None
            ),
            Some(30.0)
        );
        let late = "[late]\ndue = \"2026-11-28T12:00:00Z\"\ngrace_minutes = 10\nper_day = 0.2\nfloor = 0.5";
        assert_eq!(points(&half, late, Some("2026-11-28T12:09:00Z")), Some(5.0));
        assert_eq!(points(&half, late, Some("2026-11-28T13:00:00Z")), Some(4.0));
        assert_eq!(points(&half, late, Some("2027-11-28T13:00:00Z")), Some(2.5));
    }

    #[test]
    fn what_the_grader_could_not_judge_is_no_zero() {
        let mut unknown = grade("ann", "till", &[]);
        unknown.outcome = Outcome::grader("no disk");
        assert_eq!(points(&unknown, "", None), None);
        unknown.outcome = Outcome::NotRun {
            why: "nothing there".to_owned(),
        };
        assert_eq!(points(&unknown, "", None), Some(0.0));
    }

    #[test]
    fn a_policy_with_a_word_that_is_none_is_refused() {
        let error = Policy::read("[late]\nper_week = 0.1").expect_err("there is no such key");
        assert!(error.to_string().contains("per_week"), "{error}");
    }
}
