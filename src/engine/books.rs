//! What is open of all trials, and what came of the rest: kept by one thread, from what the others tell.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::time::Instant;

use super::binary::Binary;
use super::build::Built;
use super::event::Event;
use super::judge::{Engine, EngineError};
use super::pipeline::{Batch, Piece};
use super::plot::Target;
use super::queue::{Job, Queue};
use super::shuffle::shuffle;
use super::test_run::{TestRun, interpret, interpret_program, interpret_suite};
use super::trial::{Task, TaskKind, Trial};
use super::turnstile::Turnstile;
use super::verdict::CheckResult;
use crate::candidate::Candidate;
use crate::checks;

/// How far a trial is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Together,
    Mutants,
    Over,
}

/// What is open, and what came of the rest.
pub(super) struct Books<'c, 'e> {
    engine: &'e Engine<'e>,
    batches: &'e [Vec<&'c Candidate>],
    queue: &'e Queue<'c>,
    turnstile: &'e Turnstile,
    trials: Vec<Trial<'c>>,
    /// For each trial, its batch and its place there.
    places: Vec<(usize, usize)>,
    /// For each trial, its stage and how many processes of the stage are open.
    stages: Vec<(Stage, usize)>,
    /// The trials that began together: the first, and how many targets of them have not been listed yet.
    unlisted: Vec<(usize, usize)>,
    /// How many batches are built.
    built: usize,
    failed: Option<EngineError>,
}

impl<'c, 'e> Books<'c, 'e> {
    pub fn new(
        engine: &'e Engine<'e>,
        batches: &'e [Vec<&'c Candidate>],
        queue: &'e Queue<'c>,
        turnstile: &'e Turnstile,
    ) -> Self {
        Books {
            engine,
            batches,
            queue,
            turnstile,
            trials: Vec::new(),
            places: Vec::new(),
            stages: Vec::new(),
            unlisted: Vec::new(),
            built: 0,
            failed: None,
        }
    }

    pub fn take(&mut self, piece: Piece<'c>, on: &mut dyn FnMut(Event)) {
        let done = match piece {
            Piece::Event(event) => {
                on(*event);
                return;
            }
            Piece::Early(it) => {
                self.begin(&it.places, &it.built, &HashMap::new(), it.start, on);
                Ok(())
            }
            Piece::Built(built) => built.map(|batch| self.begin_rest(&batch, on)),
            Piece::Listed(targets, names) => names.map_err(EngineError::from).map(|names| {
                for (trial, target, binary) in targets {
                    self.take_list(trial, &target, &binary.own(&names), on);
                }
            }),
            Piece::Ran(trial, task, ran) => {
                (ran.map_err(EngineError::from)).map(|ran| self.take_run(trial, &task, ran, on))
            }
            Piece::Measured(trial, looked) => {
                (*looked).map(|result| self.take_measured(trial, result, on))
            }
        };
        let stopped = self.engine.stop().is_raised();
        if let Err(error) = done {
            // What the first failure stops fails too.
            self.failed.get_or_insert(error);
            self.engine.stop().raise();
        } else if stopped {
            self.failed.get_or_insert(EngineError::Stopped);
        }
        let is_idle = || {
            self.unlisted.iter().all(|&(_, open)| open == 0)
                && self.stages.iter().all(|&(stage, _)| stage == Stage::Over)
        };
        let is_built = self.built == self.batches.len();
        if self.failed.is_some() {
            self.turnstile.open();
        }
        if self.failed.is_some() || (is_built && is_idle()) {
            self.queue.close();
        }
    }

    /// Begins with the trials of a batch that have not begun yet.
    fn begin_rest(&mut self, batch: &Batch, on: &mut dyn FnMut(Event)) {
        let begun: Vec<usize> = (self.places.iter())
            .filter(|(of, _)| *of == self.built)
            .map(|(_, at)| *at)
            .collect();
        let all = 0..self.batches[self.built].len();
        let rest: Vec<usize> = all.filter(|at| !begun.contains(at)).collect();
        if !rest.is_empty() {
            self.begin(&rest, &batch.built, &batch.refused, batch.start, on);
        }
        self.built += 1;
    }

    /// Begins with the trials at these places of the batch that is being built.
    fn begin(
        &mut self,
        places: &[usize],
        built: &Built,
        refused: &HashMap<String, String>,
        start: Instant,
        on: &mut dyn FnMut(Event),
    ) {
        let first = self.trials.len();
        let together = self.engine.shuffle_seed().is_some();
        for &at in places {
            let candidate = self.batches[self.built][at];
            let refused = refused.get(candidate.exercise.id.as_str());
            let trial = Trial::new(candidate, built, refused, start, together);
            self.trials.push(trial);
            self.places.push((self.built, at));
            self.stages.push((Stage::First, 0));
        }
        let mut programs: BTreeMap<PathBuf, Vec<(usize, Target, Binary)>> = BTreeMap::new();
        let mut unlisted = 0;
        for (at, trial) in self.trials.iter().enumerate().skip(first) {
            for (target, binary) in trial.binaries() {
                let of_program = programs.entry(binary.path.clone()).or_default();
                of_program.push((at, target, binary));
                unlisted += 1;
            }
        }
        self.unlisted.push((first, unlisted));
        let jobs: Vec<Job<'_>> = (programs.into_iter())
            .map(|(path, targets)| Job::List(path, targets))
            .collect();
        if jobs.is_empty() {
            self.run_first(self.unlisted.len() - 1, on);
        } else {
            self.queue.push(jobs);
        }
    }

    fn take_list(
        &mut self,
        trial: usize,
        target: &Target,
        names: &[String],
        on: &mut dyn FnMut(Event),
    ) {
        self.trials[trial].settle_missing(target, names, on);
        // The last that begins at or before this trial are its own.
        let group = self
            .unlisted
            .partition_point(|&(first, _)| first <= trial)
            .saturating_sub(1);
        self.unlisted[group].1 -= 1;
        if self.unlisted[group].1 == 0 {
            self.run_first(group, on);
        }
    }

    /// Runs the tests of trials that began together and whose binaries are all listed.
    fn run_first(&mut self, group: usize, on: &mut dyn FnMut(Event)) {
        let first = self.unlisted[group].0;
        let next = self.unlisted.get(group + 1);
        let last = next.map_or(self.trials.len(), |&(next, _)| next);
        let mut jobs = Vec::new();
        for at in first..last {
            self.trials[at].finish_if_done(on);
            let tasks = self.trials[at].first_tasks();
            // In a proof others are built meanwhile.
            let measurements = if self.engine.shuffle_seed().is_some() {
                Vec::new()
            } else {
                self.trials[at].measurements(at)
            };
            self.stages[at] = (Stage::First, tasks.len() + measurements.len());
            jobs.extend(tasks.into_iter().map(|task| Job::Run(at, task)));
            self.queue.measure(measurements);
        }
        if let Some(seed) = self.engine.shuffle_seed() {
            shuffle(&mut jobs, seed);
        }
        self.queue.push(jobs);
        for at in first..last {
            if self.stages[at].1 == 0 {
                self.advance(at, on);
            }
        }
    }

    /// What is not clear yet stays open, to be measured alone.
    fn take_measured(&mut self, at: usize, result: Option<CheckResult>, on: &mut dyn FnMut(Event)) {
        if let Some(result) = result {
            self.trials[at].settle_result(result, on);
        }
        self.trials[at].finish_if_done(on);
        self.is_done_with_one(at, on);
    }

    fn is_done_with_one(&mut self, at: usize, on: &mut dyn FnMut(Event)) {
        self.stages[at].1 -= 1;
        if self.stages[at].1 == 0 {
            self.advance(at, on);
        }
    }

    fn take_run(&mut self, at: usize, task: &Task<'c>, run: TestRun, on: &mut dyn FnMut(Event)) {
        let trial = &mut self.trials[at];
        let limits = &task.candidate.exercise.limits;
        let state = match &task.what {
            TaskKind::Test(_) => interpret(&run, limits),
            TaskKind::Prediction(question) => interpret_program(&run).map(|printed| {
                checks::questions::judge_prediction(task.candidate, question, printed)
            }),
            _ => interpret_suite(&run, limits),
        };
        let took = run.ended.took;
        // Beside its neighbours, a test may count what is theirs.
        if !matches!(task.what, TaskKind::Together) {
            trial.take_figures(&task.check, run.figures);
        }
        match (state, &task.what) {
            (None, _) => {}
            (Some(state), TaskKind::Mutant(mutant)) => {
                trial.settle_mutant(*mutant, state, took, on);
            }
            (Some(state), _) => trial.settle(&task.check, state, took, on),
        }
        trial.finish_if_done(on);
        self.is_done_with_one(at, on);
    }

    /// Goes on with the next stage of a trial that has something to run.
    fn advance(&mut self, at: usize, on: &mut dyn FnMut(Event)) {
        let trial = &mut self.trials[at];
        loop {
            let (next, tasks) = match self.stages[at].0 {
                Stage::First => {
                    trial.skip_together(on);
                    (Stage::Together, trial.together_tasks())
                }
                Stage::Together => (Stage::Mutants, trial.mutant_tasks()),
                Stage::Mutants | Stage::Over => (Stage::Over, Vec::new()),
            };
            self.stages[at] = (next, tasks.len());
            if !tasks.is_empty() {
                let jobs = tasks.into_iter().map(|task| Job::Run(at, task));
                self.queue.push(jobs.collect());
                return;
            }
            if next == Stage::Over {
                self.turnstile.leave(trial.candidate);
                return;
            }
        }
    }

    pub fn close(self) -> Result<Vec<Vec<Trial<'c>>>, EngineError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut trials: Vec<_> = self.places.into_iter().zip(self.trials).collect();
        trials.sort_by_key(|(place, _)| *place);
        let mut trials = trials.into_iter().map(|(_, trial)| trial);
        let of_batch = |batch: &Vec<&Candidate>| trials.by_ref().take(batch.len()).collect();
        Ok(self.batches.iter().map(of_batch).collect())
    }
}
