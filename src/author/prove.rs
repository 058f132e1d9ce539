//! Proves exercises: runs every candidate as often as asked, and gathers what is not as it is said to be.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::polish;
use super::record::ProofRecord;
use super::trial::{Proof, Role, Trial};
use super::vacuous::vacuous;
use crate::candidate::{Candidate, Environment, Slot};
use crate::course::Exercise;
use crate::engine::{Engine, EngineError, Event, Verdict};

/// What came of one exercise.
#[derive(Debug)]
pub struct ExerciseProof {
    /// The exercise's id.
    pub id: String,
    /// How many candidates it has.
    pub candidates: usize,
    /// What was done about it.
    pub done: Done,
    /// What is wrong. Nothing, if it is proven.
    pub complaints: Vec<Proof>,
}

impl ExerciseProof {
    /// Whether the exercise is proven.
    pub fn is_proven(&self) -> bool {
        matches!(self.done, Done::Judged | Done::Unchanged) && self.complaints.is_empty()
    }

    /// Whether the exercise is not as it is said to be.
    pub fn is_refused(&self) -> bool {
        !self.complaints.is_empty()
    }
}

/// What was done about an exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// Every candidate was judged.
    Judged,
    /// It was proven before with the same bytes, and not run again.
    Unchanged,
    /// Somebody asked to stop while it was judged.
    Interrupted,
    /// The time was over, or somebody asked to stop before.
    NotReached,
}

/// What came of all of them.
#[derive(Debug)]
pub struct Proofs {
    /// Each exercise: first those that are not run, then the others in their order.
    pub each: Vec<ExerciseProof>,
    /// What it took.
    pub cost: Cost,
    /// Somebody asked to stop.
    pub is_stopped: bool,
}

/// What a proof cost.
#[derive(Debug, Default)]
pub struct Cost {
    /// Processes of tests.
    pub processes: usize,
    /// Wall time of cargo's builds.
    pub building: Duration,
    /// Wall time of what follows on the tests: ratios, lints and changes to references.
    pub afterwards: Duration,
    /// Wall time of all.
    pub took: Duration,
    /// The reference's slowest check and its exercise.
    pub slowest: Option<(String, String, Duration)>,
}

/// How to prove.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// How often each candidate is judged, each time in another order of its tests.
    pub rounds: u32,
    /// Also what was proven before.
    pub fresh: bool,
    /// Also look for hidden tests that nothing fails, in what was proven before too.
    pub hidden: bool,
    /// Begin with no more exercises after this time.
    pub within: Option<Duration>,
}

impl How {
    fn takes_what_is_known(self) -> bool {
        !self.fresh && !self.hidden
    }

    /// Of how many candidates the exercise is proven already, where nobody has to read them again.
    pub fn untouched(self, record: &ProofRecord, exercise: &Exercise) -> Option<usize> {
        let known = record.untouched(&exercise.id, self.rounds);
        known.filter(|_| self.takes_what_is_known())
    }
}

/// What is told while exercises are proven.
#[derive(Debug)]
pub enum Told<'a> {
    /// So many candidates are going to be judged, each so many times.
    Begun(&'a [&'a Trial]),
    /// Something happened to one of them.
    Event(Event),
    /// An exercise is done with.
    Proof(&'a ExerciseProof),
}

/// So many candidates are proven together. Fewer would share less of what cargo does for each call; with more,
/// whoever waits hears less, and an interruption costs more.
const TOGETHER: usize = 120;

/// Proves exercises in their order, given the trials of those that are not untouched and what is wrong with them
/// already. What was proven
/// when an error or somebody who asks to stop ends it stays recorded.
///
/// # Errors
///
/// If nothing can be judged here.
pub fn prove<'w>(
    exercises: &[Arc<Exercise>],
    (trials, complaints): (&[Trial], Vec<Proof>),
    how: How,
    environment: &Environment,
    record: &mut ProofRecord,
    engine: &dyn Fn() -> Engine<'w>,
    on: &mut dyn FnMut(Told<'_>),
) -> Result<Proofs, EngineError> {
    let start = Instant::now();
    let mut cost = Cost::default();
    let mut proofs = Vec::new();
    let mut open: Vec<Vec<&Trial>> = Vec::new();
    let mut done = |id: &str,
                    candidates: usize,
                    (own, done): (&[&Trial], Done),
                    found: &[Proof],
                    record: &mut ProofRecord,
                    on: &mut dyn FnMut(Told<'_>)| {
        let of_it = complaints
            .iter()
            .chain(found)
            .filter(|it| it.exercise == id);
        let proof = ExerciseProof {
            id: id.to_owned(),
            candidates,
            done,
            complaints: of_it.cloned().collect(),
        };
        if proof.is_refused() {
            record.remove(id);
        } else if done == Done::Judged {
            record.add(id, own, how.rounds);
        } else if done == Done::Unchanged && !own.is_empty() {
            record.see(id, own);
        }
        on(Told::Proof(&proof));
        proofs.push(proof);
    };
    for exercise in exercises {
        let own: Vec<&Trial> = (trials.iter())
            .filter(|trial| trial.owner() == exercise.id)
            .collect();
        if let Some(candidates) = how.untouched(record, exercise) {
            let unchanged = (own.as_slice(), Done::Unchanged);
            done(&exercise.id, candidates, unchanged, &[], record, on);
        } else if own.is_empty() {
            // Its solution can't even be read, which is a complaint.
            done(&exercise.id, 0, (&own, Done::Judged), &[], record, on);
        } else if how.takes_what_is_known() && record.has(&exercise.id, &own, how.rounds) {
            let unchanged = (own.as_slice(), Done::Unchanged);
            done(&exercise.id, own.len(), unchanged, &[], record, on);
        } else {
            open.push(own);
        }
    }
    let all: Vec<&Trial> = open.iter().flatten().copied().collect();
    on(Told::Begun(&all));
    let mut is_stopped = false;
    for part in parts(open) {
        let is_over = how.within.is_some_and(|within| start.elapsed() >= within);
        let mut found = Vec::new();
        let mut what = Done::NotReached;
        if !is_over && !is_stopped {
            let trials: Vec<&Trial> = part.iter().flatten().copied().collect();
            match prove_part(&trials, how, environment, engine, &mut cost, on) {
                Ok(complaints) => (found, what) = (complaints, Done::Judged),
                Err(error) if error.is_stop() => (is_stopped, what) = (true, Done::Interrupted),
                Err(error) => return Err(error),
            }
        }
        for own in part {
            let id = own[0].owner();
            done(id, own.len(), (&own, what), &found, record, on);
        }
        record.write();
    }
    cost.took = start.elapsed();
    record.write();
    Ok(Proofs {
        each: proofs,
        cost,
        is_stopped,
    })
}

/// Everything that is wrong with some exercises, given all of their trials.
fn prove_part<'w>(
    trials: &[&Trial],
    how: How,
    environment: &Environment,
    engine: &dyn Fn() -> Engine<'w>,
    cost: &mut Cost,
    on: &mut dyn FnMut(Told<'_>),
) -> Result<Vec<Proof>, EngineError> {
    let mut found = polish::look_at_format(trials, environment);
    let on = &mut |event| on(Told::Event(event));
    found.extend(judge(trials, how, environment, engine, cost, on)?);
    let lints = Instant::now();
    found.extend(polish::look_with_clippy(&engine(), trials)?);
    cost.afterwards += lints.elapsed();
    Ok(found)
}

/// Exercises that are proven together.
fn parts(open: Vec<Vec<&Trial>>) -> Vec<Vec<Vec<&Trial>>> {
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut size = 0;
    for own in open {
        size += own.len();
        part.push(own);
        if size >= TOGETHER {
            parts.push(std::mem::take(&mut part));
            size = 0;
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// Judges every candidate so many times, and says what is not as stated, each thing once.
fn judge<'w>(
    trials: &[&Trial],
    how: How,
    environment: &Environment,
    engine: &dyn Fn() -> Engine<'w>,
    cost: &mut Cost,
    on: &mut dyn FnMut(Event),
) -> Result<Vec<Proof>, EngineError> {
    let mut complaints: Vec<Proof> = Vec::new();
    let mut order = Vec::new();
    let mut first = Vec::new();
    for trials in groups(trials, how.rounds) {
        first.extend(judge_rounds(
            &trials,
            how.rounds,
            engine,
            cost,
            &mut complaints,
            on,
        )?);
        order.extend(trials);
    }
    let changes = Instant::now();
    let found = vacuous(&order, &first, how.hidden, environment, &engine(), on)?;
    complaints.extend(found);
    cost.afterwards += changes.elapsed();
    Ok(complaints)
}

/// What is judged together. Stages of a project share a package, so each takes the place of the one before where that was
/// built. With several rounds they would be built in each; so all rounds of one come before the next one's.
fn groups<'t>(trials: &[&'t Trial], rounds: u32) -> Vec<Vec<&'t Trial>> {
    if rounds == 1 {
        return vec![trials.to_vec()];
    }
    let mut taken: BTreeMap<(&Slot, &str), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&Trial>> = Vec::new();
    for &trial in trials {
        let candidate = &trial.candidate;
        let place = (&candidate.slot, candidate.exercise.package.as_str());
        let before = taken.entry(place).or_default();
        if groups.len() == *before {
            groups.push(Vec::new());
        }
        groups[*before].push(trial);
        *before += 1;
    }
    groups
}

/// All rounds of some candidates. Returns the verdicts of the first.
fn judge_rounds<'w>(
    trials: &[&Trial],
    rounds: u32,
    engine: &dyn Fn() -> Engine<'w>,
    cost: &mut Cost,
    complaints: &mut Vec<Proof>,
    on: &mut dyn FnMut(Event),
) -> Result<Vec<Verdict>, EngineError> {
    let candidates: Vec<Candidate> = trials.iter().map(|trial| trial.candidate.clone()).collect();
    let mut first = Vec::new();
    for round in 1..=rounds {
        let engine = engine().thorough(u64::from(round));
        let verdicts = engine.judge(&candidates, &mut |event| {
            match &event {
                Event::TestStarted { .. } => cost.processes += 1,
                Event::BuildFinished { took, .. } => cost.building += *took,
                _ => {}
            }
            on(event);
        })?;
        let mut found = Vec::new();
        for (trial, verdict) in trials.iter().zip(&verdicts) {
            found.extend(trial.complaints(verdict));
            if trial.role() == Role::Reference {
                note_slowest(verdict, cost);
                found.extend(slow(trial, verdict));
            }
        }
        if round == 1 {
            complaints.extend(found);
            first = verdicts;
            continue;
        }
        for mut complaint in found {
            let seen = |known: &Proof| {
                known.exercise == complaint.exercise && known.candidate == complaint.candidate
            };
            // What is new in a later round did not happen in the first: it flickers.
            if !complaints.iter().any(seen) {
                complaint.what = format!("in round {round} of {rounds}: {}", complaint.what);
                complaints.push(complaint);
            }
        }
    }
    Ok(first)
}

fn note_slowest(verdict: &Verdict, cost: &mut Cost) {
    let slowest = verdict.checks.iter().max_by_key(|check| check.took);
    let known = cost
        .slowest
        .as_ref()
        .map_or(Duration::ZERO, |known| known.2);
    if let Some(check) = slowest.filter(|check| check.took > known) {
        cost.slowest = Some((verdict.exercise.clone(), check.id.clone(), check.took));
    }
}

/// Tests that come so near to their limit that a busy machine would reach it.
fn slow(trial: &Trial, verdict: &Verdict) -> Vec<Proof> {
    let limit = trial.candidate.exercise.limits.test_wall;
    let tests = verdict.checks.iter().filter(|check| {
        // A ratio is many processes, each with the limit of its own.
        check.took * 2 > limit && !check.id.starts_with("ratio::")
    });
    tests
        .map(|check| {
            let took = check.took.as_secs_f64();
            let what = format!(
                "`{}` took {took:.1} s, over half of its limit of {} s",
                check.id,
                limit.as_secs()
            );
            trial.complaint(what)
        })
        .collect()
}
