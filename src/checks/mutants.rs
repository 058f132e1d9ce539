//! Variants of the course's code that the learner's tests must tell from it, or must not.

use crate::course::MutantSpec;
use crate::engine::{CheckState, Failure};

/// Judges one variant by how the learner's tests went on it.
pub fn judge(spec: &MutantSpec, suite: CheckState) -> CheckState {
    let behaviour = spec.behaviour.clone();
    match (spec.correct, suite) {
        (false, CheckState::Passed) => CheckState::Failed {
            failure: Failure::Survives { behaviour },
        },
        (true, CheckState::Failed { failure }) => {
            let output = failure.into_output();
            CheckState::Failed {
                failure: Failure::RejectsCorrect { behaviour, output },
            }
        }
        (_, unjudged @ CheckState::CouldNotJudge { .. }) => unjudged,
        _ => CheckState::Passed,
    }
}
