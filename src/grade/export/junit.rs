//! `JUnit` XML.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::Export;
use crate::grade::record::Outcome;

pub fn write(export: &Export<'_>) -> Result<String, String> {
    let mut report = Report::new("grades");
    for grade in &export.grades {
        let mut suite = TestSuite::new(format!("{}/{}", grade.submission, grade.exercise));
        if grade.checks.is_empty() {
            // Nothing ran; that has to be seen.
            let mut status = match grade.outcome {
                Outcome::CouldNotJudge { .. } => TestCaseStatus::non_success(NonSuccessKind::Error),
                _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
            };
            status.set_message(grade.outcome.detail().to_owned());
            suite.add_test_case(TestCase::new("graded", status));
        }
        for shown in export.shown(grade) {
            let check = shown.check;
            let mut status = match check.outcome {
                Outcome::Passed => TestCaseStatus::success(),
                Outcome::Failed { .. } => TestCaseStatus::non_success(NonSuccessKind::Failure),
                Outcome::NotRun { .. } => TestCaseStatus::skipped(),
                Outcome::CouldNotJudge { .. } => TestCaseStatus::non_success(NonSuccessKind::Error),
            };
            if check.outcome != Outcome::Passed {
                status.set_message(check.outcome.detail().to_owned());
            }
            let mut case = TestCase::new(check.id.clone(), status);
            case.set_time(Duration::from_millis(check.took_ms));
            if !shown.output.is_empty() {
                case.set_system_out(shown.output);
            }
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|error| error.to_string())
}
