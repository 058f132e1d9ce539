//! Verdicts as `JUnit` XML: an exercise is a suite, a check is a case.

use quick_junit::{
    NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite, XmlString,
};

use super::verdict::{explain, in_a_line};
use crate::course::{Course, Exercise};
use crate::engine::{CheckResult, CheckState, Outcome, Verdict};

/// The whole report, as text. An exercise without a verdict passed before with the same bytes: each of
/// its checks is a case that passed.
///
/// # Errors
///
/// If a text can't be put into XML; the writer strips what XML forbids, so none is known.
pub fn render(
    course: &Course,
    results: &[(&Exercise, Option<&Verdict>)],
) -> Result<String, SerializeError> {
    let mut report = Report::new(course.id.as_str());
    for (exercise, verdict) in results {
        report.add_test_suite(suite(exercise, *verdict));
    }
    report.to_string()
}

fn suite(exercise: &Exercise, verdict: Option<&Verdict>) -> TestSuite {
    let mut suite = TestSuite::new(exercise.id.as_str());
    let Some(verdict) = verdict else {
        for check in exercise.checks() {
            let mut case = TestCase::new(check.id, TestCaseStatus::success());
            case.set_classname(exercise.id.as_str());
            suite.add_test_case(case);
        }
        return suite;
    };
    for check in &verdict.checks {
        let mut case = TestCase::new(check.id.as_str(), status(exercise, check));
        case.set_classname(exercise.id.as_str());
        case.set_time(check.took);
        suite.add_test_case(case);
    }
    if let Outcome::NotRun { why } | Outcome::CouldNotJudge { why } = &verdict.outcome {
        let mut status = match verdict.outcome {
            Outcome::NotRun { .. } => TestCaseStatus::skipped(),
            _ => TestCaseStatus::non_success(NonSuccessKind::Error),
        };
        status.set_message(why.as_str());
        suite.add_test_case(TestCase::new("verdict", status));
    }
    suite.set_time(verdict.took);
    suite
}

fn status(exercise: &Exercise, check: &CheckResult) -> TestCaseStatus {
    match &check.state {
        CheckState::Passed => TestCaseStatus::success(),
        CheckState::CouldNotJudge { why } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(why.as_str());
            status
        }
        CheckState::NotRun { why } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why.as_str());
            status
        }
        CheckState::Failed { .. } => {
            let lines = explain(exercise, check).join("\n");
            let text = anstream::adapter::strip_str(&lines).to_string();
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let message = in_a_line(exercise, check);
            status.set_message(anstream::adapter::strip_str(&message).to_string());
            status.set_description(XmlString::new(text));
            status
        }
    }
}
