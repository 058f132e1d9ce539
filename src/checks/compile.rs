//! Programs that have to build, or must not.

use std::time::Duration;

use crate::course::{CompileSpec, Must};
use crate::engine::{CheckResult, CheckState, Diagnostic, Failure};

/// Judges one program by what the compiler said of it. `built` tells whether it has a binary.
pub fn judge<'d>(
    spec: &CompileSpec,
    built: bool,
    diagnostics: impl Iterator<Item = &'d Diagnostic>,
) -> CheckResult {
    let errors: Vec<&Diagnostic> = diagnostics
        .filter(|diagnostic| diagnostic.is_error)
        .collect();
    let rendered = || errors.iter().map(|error| error.rendered.clone()).collect();
    let failure = match &spec.must {
        Must::Build if built => None,
        Must::Build => Some(Failure::DoesNotBuild { errors: rendered() }),
        Must::Fail(_) if built => Some(Failure::Builds),
        Must::Fail(code) => {
            // The code, not the text, which changes between compilers. And every error: beside the right
            // one, another would hide that the program is wrong in itself.
            let right =
                !errors.is_empty() && errors.iter().all(|error| error.code.as_ref() == Some(code));
            (!right).then(|| Failure::OtherError {
                expected: code.clone(),
                errors: rendered(),
            })
        }
    };
    CheckResult {
        id: spec.id(),
        shows: spec.shows.clone(),
        state: failure.map_or(CheckState::Passed, |failure| CheckState::Failed { failure }),
        took: Duration::ZERO,
        figure: None,
    }
}
