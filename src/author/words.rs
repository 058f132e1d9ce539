//! What a failed check says, as plain text.

use crate::engine::{CheckResult, CheckState, Failure};

/// Everything that a failed check says, without colours.
pub(super) fn text_of(check: &CheckResult) -> String {
    let CheckState::Failed { failure } = &check.state else {
        return String::new();
    };
    let text = match failure {
        Failure::DoesNotBuild { errors } | Failure::TestsDoNotBuild { errors, .. } => {
            errors.join("\n")
        }
        Failure::Assertion { output }
        | Failure::TimedOut { output, .. }
        | Failure::Crashed { output, .. }
        | Failure::EarlyExit { output, .. } => {
            format!("{}\n{}", output.stderr.text(), output.stdout.text())
        }
        Failure::OtherError { errors, .. } => errors.join("\n"),
        Failure::Lint { warnings } => warnings.join("\n"),
        Failure::RejectsCorrect { output, behaviour } => {
            format!(
                "{behaviour}\n{}\n{}",
                output.stderr.text(),
                output.stdout.text()
            )
        }
        Failure::Survives { behaviour } => behaviour.clone(),
        Failure::Builds => format!("builds: {}", check.shows),
        Failure::TooSlow => format!("too slow: {}", check.shows),
        Failure::NotAnswered => "not answered".to_owned(),
        Failure::WrongAnswer => format!("wrong answer: {}", check.shows),
        Failure::BadAnswers { why } => why.clone(),
        Failure::Score {
            found,
            defects,
            false_alarms,
            ..
        } => {
            format!("{found} of {defects} defects, {false_alarms} false alarms")
        }
        Failure::Ignored => "ignored".to_owned(),
        Failure::Missing => "missing".to_owned(),
        Failure::OverBudget => format!("over budget: {}", check.shows),
        Failure::NeverReported => "never reported".to_owned(),
    };
    anstream::adapter::strip_str(&text).to_string()
}

/// The first telling line of a failure.
pub(super) fn gist(check: &CheckResult) -> String {
    if let CheckState::Failed {
        failure: Failure::TimedOut { after, .. },
    } = &check.state
    {
        return format!("had not ended after {} s", after.as_secs());
    }
    let text = text_of(check);
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("thread '"));
    lines.next().unwrap_or("it printed nothing").to_owned()
}
