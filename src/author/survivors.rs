//! Runs an exercise's tests on changes to its reference, and lists those that no test notices.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

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

/// References of so many exercises are changed together: what they share is built once, and whoever waits hears of
/// each few.
const TOGETHER: usize = 6;

/// What came of the changes to all references.
#[derive(Debug, Default)]
pub struct AllMutants {
    /// Each exercise that was reached.
    pub each: Vec<Mutants>,
    /// Exercises that were not begun, or not tried to the end.
    pub not_reached: Vec<String>,
    /// Somebody asked to stop.
    pub is_stopped: bool,
}

/// What is told while changes are tried.
#[derive(Debug)]
pub enum Tried<'a> {
    /// These are going to be judged.
    Begun(&'a [Candidate]),
    /// Something happened to one of them.
    Event(Event),
    /// An exercise is done with.
    Mutants(&'a Mutants),
}

/// Changes the references in small ways, one at a time, and runs visible and hidden tests on each; begins with no
/// more exercises after the time that is given. Changes that do not build count for nothing; exercises where
/// learners write the tests have mutants of their own and are left out.
///
/// # Errors
///
/// If nothing can be judged here.
pub fn survivors<'w>(
    trials: &[&Trial],
    within: Option<Duration>,
    environment: &Environment,
    engine: &dyn Fn() -> Engine<'w>,
    on: &mut dyn FnMut(Tried<'_>),
) -> Result<AllMutants, EngineError> {
    let start = Instant::now();
    let mut all = AllMutants::default();
    let is_wanted = |trial: &&&Trial| {
        trial.role() == Role::Reference && trial.candidate.exercise.suite.is_none()
    };
    let references: Vec<&Trial> = trials.iter().filter(is_wanted).copied().collect();
    for part in references.chunks(TOGETHER) {
        let is_over = within.is_some_and(|within| start.elapsed() >= within);
        let tried = if is_over || all.is_stopped {
            None
        } else {
            match try_part(part, environment, &engine(), on) {
                Ok(tried) => Some(tried),
                Err(error) if error.is_stop() => {
                    all.is_stopped = true;
                    None
                }
                Err(error) => return Err(error),
            }
        };
        match tried {
            Some(tried) => all.each.extend(tried),
            None => (all.not_reached).extend(part.iter().map(|it| it.owner().to_owned())),
        }
    }
    Ok(all)
}

fn try_part(
    references: &[&Trial],
    environment: &Environment,
    engine: &Engine<'_>,
    on: &mut dyn FnMut(Tried<'_>),
) -> Result<Vec<Mutants>, EngineError> {
    let mut candidates = Vec::new();
    let mut changes = Vec::new();
    let mut tried: Vec<Mutants> = Vec::new();
    for trial in references {
        let exercise = quickened(&trial.candidate.exercise);
        for (candidate, survivor) in changed(&trial.candidate, &exercise, environment) {
            candidates.push(candidate);
            changes.push((tried.len(), survivor));
        }
        tried.push(Mutants {
            exercise: exercise.id.clone(),
            killed: 0,
            survivors: Vec::new(),
        });
    }
    on(Tried::Begun(&candidates));
    let verdicts = engine.judge(&candidates, &mut |event| on(Tried::Event(event)))?;
    for ((at, survivor), verdict) in changes.into_iter().zip(verdicts) {
        match verdict.outcome {
            Outcome::Passed => tried[at].survivors.push(survivor),
            Outcome::Failed if !is_unbuilt(&verdict) => tried[at].killed += 1,
            _ => {}
        }
    }
    for mutants in &tried {
        on(Tried::Mutants(mutants));
    }
    Ok(tried)
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
