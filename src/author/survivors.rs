//! Runs an exercise's tests on changes to its reference, and lists those that no test notices.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::mutate::mutations;
use super::trial::{Role, Trial};
use crate::candidate::{Candidate, CandidateFile, Environment, Slot};
use crate::course::Exercise;
use crate::engine::{Engine, EngineError, Event, Outcome, Verdict};

/// What came of the changes to one reference.
#[derive(Debug)]
pub struct Mutants {
    /// The exercise's id.
    pub exercise: String,
    /// Changes that a check noticed.
    pub killed: usize,
    /// Those that none noticed. Some may be of no consequence: that is for a person to say.
    pub survivors: Vec<Survivor>,
}

/// A change that no check noticed.
#[derive(Debug, Clone)]
pub struct Survivor {
    /// The file, relative to the crate.
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
    /// In words.
    pub change: String,
}

/// Many changes make a program hang, so tests on them do not get the whole of the exercise's limit.
const LIMIT: Duration = Duration::from_secs(3);

/// Changes every reference in small ways, one at a time, and runs visible and hidden tests on each. Changes
/// that do not build count for nothing; exercises where learners write the tests have mutants of their own
/// and are left out.
///
/// # Errors
///
/// As [`Engine::judge`].
pub fn survivors(
    trials: &[Trial],
    environment: &Environment,
    engine: &Engine<'_>,
    on: &mut dyn FnMut(Event),
) -> Result<Vec<Mutants>, EngineError> {
    let mut candidates = Vec::new();
    let mut changes = Vec::new();
    let references = trials
        .iter()
        .filter(|trial| trial.role() == Role::Reference);
    let mut all: Vec<Mutants> = Vec::new();
    for trial in references.filter(|trial| trial.candidate.exercise.suite.is_none()) {
        let exercise = quickened(&trial.candidate.exercise);
        for (candidate, survivor) in changed(&trial.candidate, &exercise, environment) {
            candidates.push(candidate);
            changes.push((all.len(), survivor));
        }
        all.push(Mutants {
            exercise: exercise.id.clone(),
            killed: 0,
            survivors: Vec::new(),
        });
    }
    let verdicts = engine.judge(&candidates, on)?;
    for ((at, survivor), verdict) in changes.into_iter().zip(verdicts) {
        match verdict.outcome {
            Outcome::Passed => all[at].survivors.push(survivor),
            Outcome::Failed if !is_unbuilt(&verdict) => all[at].killed += 1,
            _ => {}
        }
    }
    Ok(all)
}

/// A candidate for every small change to the reference, which is judged as `exercise`.
pub(super) fn changed(
    reference: &Candidate,
    exercise: &Arc<Exercise>,
    environment: &Environment,
) -> Vec<(Candidate, Survivor)> {
    let mut found = Vec::new();
    for (at, file) in reference.files.iter().enumerate() {
        if !is_run(&file.path) || !exercise.owns(&file.path) {
            continue;
        }
        for mutated in mutations(&String::from_utf8_lossy(&file.bytes)) {
            let mut files = reference.files.clone();
            files[at] = CandidateFile {
                path: file.path.clone(),
                bytes: mutated.text.into_bytes(),
            };
            // One slot for all of them: what they share is compiled once.
            let slot = Slot::Named(Slot::MUTANTS.to_owned());
            let candidate = reference.with_files(exercise, slot, files, environment);
            let survivor = Survivor {
                file: file.path.clone(),
                line: mutated.line,
                change: mutated.change,
            };
            found.push((candidate, survivor));
        }
    }
    found
}

/// Whether a file is code that tests can run, which the programs of compile checks are not.
pub(super) fn is_run(path: &Path) -> bool {
    path.extension().is_some_and(|it| it == "rs")
        && (path.starts_with("src") || path.starts_with("tests"))
}

/// The exercise without the checks that take long and say nothing of behaviour.
pub(super) fn quickened(exercise: &Arc<Exercise>) -> Arc<Exercise> {
    let mut exercise = Exercise::clone(exercise);
    exercise.limits.test_wall = exercise.limits.test_wall.min(LIMIT);
    exercise.ratios.clear();
    exercise.clippy.clear();
    Arc::new(exercise)
}

fn is_unbuilt(verdict: &Verdict) -> bool {
    let build = verdict.checks.iter().find(|check| check.id == "build");
    build.is_none_or(|build| build.state != crate::engine::CheckState::Passed)
}
