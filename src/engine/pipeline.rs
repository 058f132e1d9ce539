//! Tests run while later candidates are built: one thread builds batch after batch, others list and run
//! tests, and the calling thread keeps the books.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Instant;

use super::binary::Binary;
use super::build::Built;
use super::event::Event;
use super::judge::{Engine, EngineError};
use super::plot::Target;
use super::process::ProcessError;
use super::queue::{Job, Queue};
use super::shuffle::shuffle;
use super::test_run::{RunTests, TestRun, interpret, interpret_program, interpret_suite};
use super::trial::{Task, TaskKind, Trial};
use super::turnstile::Turnstile;
use super::verdict::CheckResult;
use crate::candidate::Candidate;
use crate::checks;

/// Builds every batch, in order, and runs all tests. Returns a list of trials for each batch; what else has
/// to be found out about them is open.
pub(super) fn run<'c>(
    engine: &Engine<'_>,
    batches: &[Vec<&'c Candidate>],
    on: &mut dyn FnMut(Event),
) -> Result<Vec<Vec<Trial<'c>>>, EngineError> {
    if batches.is_empty() {
        // Nothing would ever be told, and everybody would wait for it.
        return Ok(Vec::new());
    }
    let queue = Queue::default();
    let (sender, pieces) = mpsc::channel();
    let turnstile = Turnstile::default();
    let mut books = Books::new(engine, batches, &queue, &turnstile);
    thread::scope(|scope| {
        // The scope waits for its threads, also after a panic; what they run has to end then.
        let _alarm = Alarm(engine, &queue, &turnstile);
        let (build, queue, turnstile) = (sender.clone(), &queue, &turnstile);
        let builder = move || build_all(engine, batches, turnstile, &build);
        let thread = |name: String| thread::Builder::new().name(name);
        thread("builds".to_owned())
            .spawn_scoped(scope, builder)
            .map_err(EngineError::Thread)?;
        for job in 0..engine.jobs() {
            let sender = sender.clone();
            let worker = move || work(engine, queue, &sender);
            thread(format!("tests-{job}"))
                .spawn_scoped(scope, worker)
                .map_err(EngineError::Thread)?;
        }
        drop(sender);
        // It ends once every thread has: they do when the queue is closed.
        for piece in pieces {
            books.take(piece, on);
        }
        Ok::<(), EngineError>(())
    })?;
    books.close()
}

/// What the threads tell.
enum Piece<'c> {
    Event(Box<Event>),
    Built(Result<Batch, EngineError>),
    Listed(
        Vec<(usize, Target, Binary)>,
        Result<Vec<String>, ProcessError>,
    ),
    Ran(usize, Box<Task<'c>>, Box<Result<TestRun, ProcessError>>),
    Measured(usize, Box<Result<Option<CheckResult>, EngineError>>),
}

/// A batch that is built.
struct Batch {
    start: Instant,
    built: Built,
    /// Exercise → why cargo could not even read its package.
    refused: HashMap<String, String>,
}

fn build_all<'c>(
    engine: &Engine<'_>,
    batches: &[Vec<&'c Candidate>],
    turnstile: &Turnstile,
    to: &Sender<Piece<'c>>,
) {
    // The receiver outlives the threads.
    let tell = |piece| drop(to.send(piece));
    for batch in batches {
        turnstile.pass(batch);
        let start = Instant::now();
        let buildable: Vec<&Candidate> = (batch.iter().copied())
            .filter(|candidate| candidate.missing.is_empty())
            .collect();
        let on = &mut |event| tell(Piece::Event(Box::new(event)));
        let built = engine.build(&buildable, on).map(|(built, refused)| Batch {
            start,
            built,
            refused,
        });
        let is_over = built.is_err();
        turnstile.enter(batch);
        tell(Piece::Built(built));
        if is_over {
            return;
        }
    }
}

fn work<'c>(engine: &Engine<'_>, queue: &Queue<'c>, to: &Sender<Piece<'c>>) {
    let tell = |piece| drop(to.send(piece));
    let (world, stop) = (engine.world(), engine.stop());
    while let Some(job) = queue.pop() {
        match job {
            Job::List(path, targets) => {
                let names = world.list(&path, stop);
                tell(Piece::Listed(targets, names));
            }
            Job::Run(trial, task) => {
                tell(Piece::Event(Box::new(Event::TestStarted {
                    exercise: task.candidate.exercise.id.clone(),
                    check: task.check.clone(),
                })));
                let tests = match &task.what {
                    TaskKind::Test(name) => RunTests::One(name),
                    TaskKind::Suite | TaskKind::Mutant(_) | TaskKind::Together => RunTests::All,
                    TaskKind::Prediction(_) => RunTests::Program,
                };
                let limits = &task.candidate.exercise.limits;
                let ran = world.run(&task.executable, tests, limits, stop);
                tell(Piece::Ran(trial, Box::new(task), Box::new(ran)));
            }
            Job::Measure(it) => {
                let looked = engine.first_look(it.candidate, &it.spec, &it.contenders);
                queue.is_measured();
                tell(Piece::Measured(it.trial, Box::new(looked)));
            }
        }
    }
}

/// How far a trial is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Together,
    Mutants,
    Over,
}

/// What is open, and what came of the rest.
struct Books<'c, 'e> {
    engine: &'e Engine<'e>,
    batches: &'e [Vec<&'c Candidate>],
    queue: &'e Queue<'c>,
    turnstile: &'e Turnstile,
    trials: Vec<Trial<'c>>,
    /// For each trial, its stage and how many processes of the stage are open.
    stages: Vec<(Stage, usize)>,
    /// For each batch that is built, its first trial and how many targets have not been listed yet.
    unlisted: Vec<(usize, usize)>,
    failed: Option<EngineError>,
}

impl<'c, 'e> Books<'c, 'e> {
    fn new(
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
            stages: Vec::new(),
            unlisted: Vec::new(),
            failed: None,
        }
    }

    fn take(&mut self, piece: Piece<'c>, on: &mut dyn FnMut(Event)) {
        let done = match piece {
            Piece::Event(event) => {
                on(*event);
                return;
            }
            Piece::Built(built) => built.map(|batch| self.begin(&batch, on)),
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
        let is_built = self.unlisted.len() == self.batches.len();
        if self.failed.is_some() {
            self.turnstile.open();
        }
        if self.failed.is_some() || (is_built && is_idle()) {
            self.queue.close();
        }
    }

    /// Begins with the trials of the next batch.
    fn begin(&mut self, batch: &Batch, on: &mut dyn FnMut(Event)) {
        let first = self.trials.len();
        let together = self.engine.shuffle_seed().is_some();
        for &candidate in &self.batches[self.unlisted.len()] {
            let refused = batch.refused.get(candidate.exercise.id.as_str());
            let trial = Trial::new(candidate, &batch.built, refused, batch.start, together);
            self.trials.push(trial);
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
        // The last batch that begins at or before this trial is its own, for the others have none.
        let batch = self
            .unlisted
            .partition_point(|&(first, _)| first <= trial)
            .saturating_sub(1);
        self.unlisted[batch].1 -= 1;
        if self.unlisted[batch].1 == 0 {
            self.run_first(batch, on);
        }
    }

    /// Runs the tests of a batch whose binaries are all listed.
    fn run_first(&mut self, batch: usize, on: &mut dyn FnMut(Event)) {
        let first = self.unlisted[batch].0;
        let last = first + self.batches[batch].len();
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

    fn close(self) -> Result<Vec<Vec<Trial<'c>>>, EngineError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut trials = self.trials.into_iter();
        let of_batch = |batch: &Vec<&Candidate>| trials.by_ref().take(batch.len()).collect();
        Ok(self.batches.iter().map(of_batch).collect())
    }
}

/// When a panic or an error goes through, ends what runs, so that no thread waits for ever.
struct Alarm<'a, 'c>(&'a Engine<'a>, &'a Queue<'c>, &'a Turnstile);

impl Drop for Alarm<'_, '_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop().raise();
        }
        self.1.close();
        self.2.open();
    }
}
