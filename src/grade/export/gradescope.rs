//! Gradescope: `results.json` of an autograder.

use serde_json::{Value, json};

use super::{Export, pretty};
use crate::grade::points::{rounded, weight};
use crate::grade::policy::{Partial, Visibility};
use crate::grade::record::{Grade, Kind, Outcome};

pub fn write(export: &Export<'_>, grades: &[&Grade]) -> String {
    let mut tests: Vec<Value> = Vec::new();
    let mut total = Some(0.0);
    for grade in grades {
        let score = export.score(grade);
        total = total.zip(score.points).map(|(sum, points)| sum + points);
        let all: f64 = grade
            .checks
            .iter()
            .map(|check| weight(grade, check, export.policy))
            .sum();
        for check in &grade.checks {
            let visibility = match check.kind {
                Kind::Visible => export.policy.show.visible,
                Kind::Hidden => export.policy.show.hidden,
            };
            let shown = export
                .shown(grade)
                .into_iter()
                .find(|shown| shown.check.id == check.id);
            let mut test = json!({
                "name": format!("{}: {}", grade.exercise, check.shows),
                "number": format!("{}/{}", grade.exercise, check.id),
                "status": if check.outcome == Outcome::Passed { "passed" } else { "failed" },
                "visibility": match visibility {
                    Visibility::Always | Visibility::NameOnly => "visible",
                    Visibility::AfterDue => "after_due_date",
                    Visibility::Never => "hidden",
                },
                "output": shown.map(|shown| shown.output).unwrap_or_default(),
                "output_format": "text",
            });
            if export.policy.partial == Partial::ByCheck && all > 0.0 {
                let most = score.of * weight(grade, check, export.policy) / all;
                let got = if check.outcome == Outcome::Passed {
                    most * score.late
                } else {
                    0.0
                };
                test["max_score"] = json!(rounded(most));
                test["score"] = json!(rounded(got));
            }
            tests.push(test);
        }
        if grade.checks.is_empty() {
            tests.push(json!({
                "name": grade.exercise,
                "status": "failed",
                "visibility": "visible",
                "output": format!("{}: {}", grade.outcome.word(), grade.outcome.detail()),
                "output_format": "text",
            }));
        }
    }
    let mut document =
        json!({ "visibility": "visible", "stdout_visibility": "hidden", "tests": tests });
    if let Some(total) = total {
        document["score"] = json!(rounded(total));
    } else {
        // Without any score Gradescope says that the autograder failed, which is so: nobody gets a zero.
        let why = "Something could not be judged. This is the grader's failure and no result; it will be run again.";
        document["output"] = json!(why);
        for test in document["tests"].as_array_mut().into_iter().flatten() {
            if let Some(test) = test.as_object_mut() {
                test.remove("score");
            }
        }
    }
    pretty(&document)
}
