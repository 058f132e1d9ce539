//! Tests run while later candidates are built: one thread builds batch after batch, others list and run
//! tests, and the calling thread keeps the books.

use std::collections::HashMap;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Instant;

use super::binary::Binary;
use super::books::Books;
use super::build::Built;
use super::event::Event;
use super::judge::{Engine, EngineError};
use super::plot::Target;
use super::process::ProcessError;
use super::queue::{Job, Queue};
use super::test_run::{RunTests, TestRun};
use super::trial::{Task, TaskKind, Trial};
use super::turnstile::Turnstile;
use super::verdict::CheckResult;
use crate::candidate::Candidate;

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
pub(super) enum Piece<'c> {
    Event(Box<Event>),
    /// Candidates that have everything while others of its batch are still being built.
    Early(Box<Early>),
    Built(Result<Batch, EngineError>),
    Listed(
        Vec<(usize, Target, Binary)>,
        Result<Vec<String>, ProcessError>,
    ),
    Ran(usize, Box<Task<'c>>, Box<Result<TestRun, ProcessError>>),
    Measured(usize, Box<Result<Option<CheckResult>, EngineError>>),
}

/// Where candidates are in their batch, and what was built of them.
pub(super) struct Early {
    pub places: Vec<usize>,
    pub start: Instant,
    pub built: Built,
}

/// A batch that is built.
pub(super) struct Batch {
    pub start: Instant,
    pub built: Built,
    /// Exercise → why cargo could not even read its package.
    pub refused: HashMap<String, String>,
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
        let mut rest = batch.clone();
        let early = &mut |candidates: &[&'c Candidate], built: Built| {
            let is_one = |it: &Candidate| candidates.iter().any(|other| std::ptr::eq(*other, it));
            rest.retain(|it| !is_one(it));
            turnstile.enter(candidates);
            let places = (0..batch.len()).filter(|&at| is_one(batch[at]));
            tell(Piece::Early(Box::new(Early {
                places: places.collect(),
                start,
                built,
            })));
        };
        let built = engine.build(&buildable, on, early);
        let built = built.map(|(built, refused)| Batch {
            start,
            built,
            refused,
        });
        let is_over = built.is_err();
        turnstile.enter(&rest);
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
