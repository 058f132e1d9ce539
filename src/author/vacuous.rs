//! Tests that perhaps assert nothing: nobody has seen them fail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::bar::Bar;
use super::survivors::{changed, is_run};
use super::trial::{Proof, Role, Trial, failed};
use crate::candidate::{Candidate, CandidateFile, Environment, Slot};
use crate::course::{Exercise, TestSpec};
use crate::engine::{CheckState, Engine, EngineError, Event, Verdict};

/// Changes to the reference that are tried at once for each exercise.
const AT_ONCE: usize = 4;

/// So many changes are tried at most for each exercise.
const AT_MOST: usize = 60;

/// The visible tests, and the hidden ones if asked for, that neither the starter nor a wrong attempt nor a small
/// change to the reference fails. A test that reports a figure is left out: it measures, and the budget asserts.
/// So is an exercise whose learners write no Rust: its tests are about the course's own code.
pub(super) fn vacuous(
    trials: &[&Trial],
    verdicts: &[Verdict],
    hidden_too: bool,
    environment: &Environment,
    engine: &Engine<'_>,
    on: &mut dyn FnMut(Event),
) -> Result<Vec<Proof>, EngineError> {
    let mut open = never_failed(trials, verdicts, hidden_too);
    if hidden_too {
        fail_hidden(&mut open, trials, environment, engine, on)?;
    }
    let mut changes: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
    for (&at, tests) in &open {
        let exercise = only_tests(&trials[at].candidate.exercise, tests);
        let all = changed(&trials[at].candidate, &exercise, environment);
        let all = all.into_iter().map(|(candidate, _)| candidate);
        // Taken from the end, and spread over the file: neighbours tend to fail the same tests.
        changes.insert(at, spread(all.collect()));
    }
    let mut stubborn = open.clone();
    open.retain(|at, _| !changes[at].is_empty());
    while !open.is_empty() {
        let mut members = Vec::new();
        for (at, tests) in &open {
            for _ in 0..AT_ONCE {
                let Some(mut candidate) = changes.get_mut(at).and_then(Vec::pop) else {
                    break;
                };
                candidate.tests.retain(|test| tests.contains(&test.id()));
                members.push((*at, candidate));
            }
        }
        let candidates: Vec<Candidate> = members.iter().map(|(_, it)| it.clone()).collect();
        let found = engine.judge(&candidates, on)?;
        for ((at, _), verdict) in members.iter().zip(&found) {
            if let Some(tests) = stubborn.get_mut(at) {
                for check in failed(verdict) {
                    tests.remove(&check.id);
                }
            }
        }
        stubborn.retain(|_, tests| !tests.is_empty());
        open = stubborn.clone();
        open.retain(|at, _| !changes[at].is_empty());
    }
    let complain = |(at, tests): (usize, BTreeSet<String>)| {
        let of_test = move |test: String| {
            let what = format!(
                "nothing fails `{test}`, so nobody knows that it can fail; add a wrong attempt that does"
            );
            Proof {
                candidate: "wrong".to_owned(),
                ..trials[at].complaint(what)
            }
        };
        tests.into_iter().map(of_test)
    };
    Ok(stubborn.into_iter().flat_map(complain).collect())
}

/// Runs the hidden tests, which are for graders, on the starters and wrong attempts, and takes away what they fail.
fn fail_hidden(
    open: &mut BTreeMap<usize, BTreeSet<String>>,
    trials: &[&Trial],
    environment: &Environment,
    engine: &Engine<'_>,
    on: &mut dyn FnMut(Event),
) -> Result<(), EngineError> {
    let mut members = Vec::new();
    for (&at, tests) in &*open {
        let reference = &trials[at].candidate;
        let exercise = only_tests(&reference.exercise, &BTreeSet::new());
        let owns = |file: &&CandidateFile| exercise.owns(&file.path);
        for trial in trials {
            let fails = matches!(trial.role(), Role::Starter | Role::Wrong);
            if !fails || trial.owner() != trials[at].owner() {
                continue;
            }
            let own = trial.candidate.files.iter().filter(owns);
            let rest = reference.files.iter().filter(|file| !owns(file));
            let files = own.chain(rest).cloned().collect();
            let slot = Slot::Named(Slot::MUTANTS.to_owned());
            let mut candidate = reference.with_files(&exercise, slot, files, environment);
            let visible = |id: &String| reference.exercise.tests.iter().any(|it| it.id() == *id);
            candidate.tests.retain(|test| {
                let id = test.id();
                tests.contains(&id) && !visible(&id)
            });
            if !candidate.tests.is_empty() {
                members.push((at, candidate));
            }
        }
    }
    let candidates: Vec<Candidate> = members.iter().map(|(_, it)| it.clone()).collect();
    let found = engine.judge(&candidates, on)?;
    for ((at, _), verdict) in members.iter().zip(&found) {
        if let Some(tests) = open.get_mut(at) {
            for check in failed(verdict) {
                tests.remove(&check.id);
            }
        }
    }
    open.retain(|_, tests| !tests.is_empty());
    Ok(())
}

/// Index of the reference's trial → ids of the tests that no candidate fails; of hidden ones, all.
fn never_failed(
    trials: &[&Trial],
    verdicts: &[Verdict],
    hidden_too: bool,
) -> BTreeMap<usize, BTreeSet<String>> {
    let mut failing: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (trial, verdict) in trials.iter().zip(verdicts) {
        // What fails by chance may pass in the next proof, and shows nothing.
        let ids = failed(verdict).map(|check| check.id.as_str());
        let mut ids: Vec<&str> = ids.filter(|id| !trial.may_fail(id)).collect();
        ids.extend(verdict.reporters.iter().map(String::as_str));
        failing.extend(ids.into_iter().map(|id| (verdict.exercise.as_str(), id)));
    }
    let mut open = BTreeMap::new();
    for (at, (trial, verdict)) in trials.iter().zip(verdicts).enumerate() {
        // What the reference itself does not pass is complained of already.
        let holds = verdict
            .checks
            .iter()
            .all(|check| check.state == CheckState::Passed);
        let is_asked = Bar::of(&trial.candidate.exercise).manners;
        if trial.role() != Role::Reference || !holds || !is_asked {
            continue;
        }
        let exercise = &trial.candidate.exercise;
        let mut files = trial.candidate.files.iter();
        if !files.any(|file| exercise.owns(&file.path) && is_run(&file.path)) {
            continue;
        }
        let all = if hidden_too {
            &trial.candidate.tests
        } else {
            &exercise.tests
        };
        let tests: BTreeSet<String> = (all.iter().map(TestSpec::id))
            .filter(|test| !failing.contains(&(exercise.id.as_str(), test.as_str())))
            .collect();
        if !tests.is_empty() {
            open.insert(at, tests);
        }
    }
    open
}

/// The exercise with these tests and no other check.
fn only_tests(exercise: &Arc<Exercise>, tests: &BTreeSet<String>) -> Arc<Exercise> {
    let mut only = Exercise::clone(exercise);
    only.tests.retain(|test| tests.contains(&test.id()));
    only.budgets.clear();
    only.compile.clear();
    only.mutants.clear();
    only.suite = None;
    only.quiz = None;
    only.review = None;
    super::survivors::quickened(&Arc::new(only))
}

/// At most [`AT_MOST`] of the items, neighbours far apart.
fn spread<T>(items: Vec<T>) -> Vec<T> {
    let stride = items.len().div_ceil(AT_MOST).max(1) * 7;
    let mut keyed: Vec<(usize, usize, T)> = items
        .into_iter()
        .enumerate()
        .map(|(at, item)| (at % stride, at, item))
        .collect();
    keyed.sort_by_key(|(lane, at, _)| (*lane, *at));
    keyed.truncate(AT_MOST);
    keyed.reverse();
    keyed.into_iter().map(|(_, _, item)| item).collect()
}
