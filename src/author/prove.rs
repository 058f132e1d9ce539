//! Proves exercises: runs every candidate as often as asked, and gathers what is not as it is said to be.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::polish;
use super::record::ProofRecord;
use super::trial::{Proof, Role, Trial};
use super::vacuous::vacuous;
use crate::candidate::{Candidate, Environment};
use crate::course::Exercise;
use crate::engine::{Engine, EngineError, Event, Verdict};

/// What came of one exercise.
#[derive(Debug)]
pub struct ExerciseProof {
    /// The exercise's id.
    pub id: String,
    /// How many candidates it has.
    pub candidates: usize,
    /// It was proven before with the same bytes, and not run again.
    pub unchanged: bool,
    /// What is wrong. Nothing, if it is proven.
    pub complaints: Vec<Proof>,
}

/// What a proof cost.
#[derive(Debug, Default)]
pub struct Cost {
    /// Processes of tests.
    pub processes: usize,
    /// Wall time of cargo's builds.
    pub building: Duration,
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
}

/// Proves exercises, given their trials and what is wrong with them already.
///
/// # Errors
///
/// If nothing can be judged here, or if somebody asked to stop.
pub fn prove<'w>(
    exercises: &[Arc<Exercise>],
    (trials, mut complaints): (&[Trial], Vec<Proof>),
    how: How,
    environment: &Environment,
    record: &mut ProofRecord,
    engine: &dyn Fn() -> Engine<'w>,
    on: &mut dyn FnMut(&[Candidate], Event),
) -> Result<(Vec<ExerciseProof>, Cost), EngineError> {
    let start = Instant::now();
    let of = |id: &str| -> Vec<&Trial> {
        let own = |trial: &&Trial| trial.owner() == id;
        trials.iter().filter(own).collect()
    };
    let ids = || exercises.iter().map(|exercise| exercise.id.as_str());
    let known: BTreeSet<&str> = ids()
        .filter(|id| !how.fresh && record.has(id, &of(id), how.rounds))
        .collect();
    let open: Vec<&Trial> = (trials.iter())
        .filter(|trial| !known.contains(trial.owner()))
        .collect();
    let mut cost = Cost::default();
    if !open.is_empty() {
        complaints.extend(polish::look_at_format(&open, environment));
        complaints.extend(judge(
            &open,
            how.rounds,
            environment,
            engine,
            &mut cost,
            on,
        )?);
        complaints.extend(polish::look_with_clippy(&engine(), &open)?);
    }
    cost.took = start.elapsed();
    let proofs = ids().map(|id| {
        let own = complaints
            .iter()
            .filter(|complaint| complaint.exercise == id);
        ExerciseProof {
            id: id.to_owned(),
            candidates: of(id).len(),
            unchanged: known.contains(id),
            complaints: own.cloned().collect(),
        }
    });
    let proofs: Vec<ExerciseProof> = proofs.collect();
    for proof in &proofs {
        if proof.complaints.is_empty() {
            record.add(&proof.id, &of(&proof.id), how.rounds);
        } else {
            record.remove(&proof.id);
        }
    }
    record.write();
    Ok((proofs, cost))
}

/// Judges every candidate so many times, and says what is not as stated, each thing once.
fn judge<'w>(
    trials: &[&Trial],
    rounds: u32,
    environment: &Environment,
    engine: &dyn Fn() -> Engine<'w>,
    cost: &mut Cost,
    on: &mut dyn FnMut(&[Candidate], Event),
) -> Result<Vec<Proof>, EngineError> {
    let candidates: Vec<Candidate> = trials.iter().map(|trial| trial.candidate.clone()).collect();
    let mut complaints: Vec<Proof> = Vec::new();
    let mut first = Vec::new();
    for round in 1..=rounds {
        let engine = engine().thorough(u64::from(round));
        let verdicts = engine.judge(&candidates, &mut |event| {
            match &event {
                Event::TestStarted { .. } => cost.processes += 1,
                Event::BuildFinished { took, .. } => cost.building += *took,
                _ => {}
            }
            on(&candidates, event);
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
    let on = &mut |event| on(&candidates, event);
    complaints.extend(vacuous(trials, &first, environment, &engine(), on)?);
    Ok(complaints)
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
