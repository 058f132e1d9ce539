//! GitHub Classroom: what its reporter reads of a runner (there it goes in as Base64).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Export, pretty};
use crate::grade::record::{Grade, Outcome};

pub fn write(export: &Export<'_>, grades: &[&Grade]) -> String {
    let mut tests: Vec<Value> = Vec::new();
    let mut most = 0.0;
    for grade in grades {
        let score = export.score(grade);
        most += score.of;
        let status = match grade.outcome {
            Outcome::Passed => "pass",
            Outcome::Failed { .. } => "fail",
            Outcome::NotRun { .. } | Outcome::CouldNotJudge { .. } => "error",
        };
        let failing = export
            .shown(grade)
            .into_iter()
            .filter(|shown| shown.check.outcome != Outcome::Passed);
        let mut message = grade.outcome.detail().to_owned();
        for shown in failing {
            // Writing to a String can't fail.
            let _ = write!(
                message,
                "\n{}: {}",
                shown.check.id,
                shown.check.outcome.detail()
            );
        }
        tests.push(json!({
            "name": grade.exercise,
            "status": status,
            "score": score.points.unwrap_or(0.0),
            "message": message.trim(),
            "test_code": format!("workbook grade run --exercise {}", grade.exercise),
            "filename": "",
            "line_no": 0,
            "execution_time": format!("{}ms", grade.checks.iter().map(|check| check.took_ms).sum::<u64>()),
        }));
    }
    let status = if grades.iter().any(|grade| !grade.outcome.is_judged()) {
        "error"
    } else if grades.iter().all(|grade| grade.outcome == Outcome::Passed) {
        "pass"
    } else {
        "fail"
    };
    pretty(&json!({ "version": 1, "status": status, "max_score": most, "tests": tests }))
}
