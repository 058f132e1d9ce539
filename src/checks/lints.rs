//! Named lints that must not fire in the learner's files.

use std::time::Duration;

use crate::course::{ClippySpec, EVERY_WARNING};
use crate::engine::{CheckResult, CheckState, Diagnostic, Failure};

/// Judges one lint by what clippy said.
pub fn judge<'d>(
    spec: &ClippySpec,
    diagnostics: impl Iterator<Item = &'d Diagnostic>,
) -> CheckResult {
    let fired = diagnostics.filter(|diagnostic| {
        spec.lint == EVERY_WARNING || diagnostic.code.as_ref() == Some(&spec.lint)
    });
    let warnings: Vec<String> = fired
        .map(|diagnostic| diagnostic.rendered.clone())
        .collect();
    let state = if warnings.is_empty() {
        CheckState::Passed
    } else {
        CheckState::Failed {
            failure: Failure::Lint { warnings },
        }
    };
    CheckResult {
        id: spec.lint.clone(),
        shows: spec.shows.clone(),
        state,
        took: Duration::ZERO,
        figure: None,
    }
}
