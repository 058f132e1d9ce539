//! Exercism's test runner interface, version 3.

use serde_json::json;

use super::{Export, pretty};
use crate::grade::record::{Grade, Outcome};

/// The most that the interface takes of what a test printed.
const OUTPUT: usize = 500;

pub fn write(export: &Export<'_>, grade: &Grade) -> String {
    let status = match grade.outcome {
        Outcome::Passed => "pass",
        Outcome::Failed { .. } if !grade.checks.is_empty() => "fail",
        _ => "error",
    };
    if status == "error" {
        let message = format!("{}: {}", grade.outcome.word(), grade.outcome.detail());
        return pretty(&json!({ "version": 3, "status": status, "message": message, "tests": [] }));
    }
    let tests = export.shown(grade).into_iter().map(|shown| {
        let check = shown.check;
        let mut test = json!({
            "name": check.shows,
            "status": match check.outcome {
                Outcome::Passed => "pass",
                Outcome::Failed { .. } => "fail",
                _ => "error",
            },
            "test_code": check.id,
        });
        if check.outcome != Outcome::Passed {
            test["message"] = json!(check.outcome.detail());
        }
        if !shown.output.is_empty() {
            test["output"] = json!(shown.output.chars().take(OUTPUT).collect::<String>());
        }
        test
    });
    let tests: Vec<_> = tests.collect();
    pretty(&json!({ "version": 3, "status": status, "message": null, "tests": tests }))
}
