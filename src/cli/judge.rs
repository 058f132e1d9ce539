//! Sends candidates down and listens: the one way from a command to verdicts and into the journal.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::{CliError, Config};
use crate::candidate::{Candidate, Environment, GatherError, Sources, owned_files};
use crate::course::{Exercise, ExerciseKind};
use crate::desk::{self, Desk};
use crate::engine::{self, Engine, Event, Outcome, RealWorld, Stop, Verdict, Way};
use crate::journal;
use crate::report::Screen;
use crate::report::verdict::seconds;

/// How often a run is repeated because files changed while it went on.
const REPEATS: usize = 3;

/// What became of one exercise.
pub struct Judged {
    /// The exercise.
    pub exercise: Arc<Exercise>,
    /// The verdict, or `None` where the record had a pass for exactly these bytes.
    pub verdict: Option<Verdict>,
}

/// Judges the learner's files of one exercise and records the verdict.
///
/// # Errors
///
/// If nothing can be judged here, or if somebody asked to stop.
pub fn judge_one(
    config: &mut Config,
    exercise: &Arc<Exercise>,
    screen: &mut Screen,
) -> Result<Verdict, CliError> {
    judge_beside(config, exercise, screen, Screen::line)
}

/// As [`judge_one`], with another way to say how it was built: a JSON document has standard output to itself.
///
/// # Errors
///
/// As [`judge_one`].
pub fn judge_beside(
    config: &mut Config,
    exercise: &Arc<Exercise>,
    screen: &mut Screen,
    say: fn(&mut Screen, String),
) -> Result<Verdict, CliError> {
    let mut meter = Meter::of(exercise.checks().len());
    let verbose = config.verbose;
    let judged = judge_files(
        &config.desk,
        exercise,
        &config.stop,
        &mut |news| match news {
            News::Event(event) => {
                meter.take(&event, screen);
                if let (true, Event::BuildFinished { took, way, linked }) = (verbose, &event) {
                    say(screen, how_it_was_built(*took, *way, *linked));
                }
            }
            News::Changed => say(
                screen,
                "the files changed meanwhile; checking them again".to_owned(),
            ),
        },
    );
    screen.end_progress();
    let verdict = judged?;
    record(config, &verdict)?;
    Ok(verdict)
}

fn how_it_was_built(took: Duration, way: Way, linked: usize) -> String {
    let way = match way {
        Way::Cargo => "by cargo",
        Way::Replay => "by asking rustc again what cargo had asked it for",
        Way::Relink => {
            "by asking rustc again what cargo had asked it for, the tests linked anew and not compiled"
        }
        Way::Together => "by cargo, the tests of many exercises as modules of a few crates",
    };
    let linked = match linked {
        0 => String::new(),
        1 => ", one test linked anew and not compiled".to_owned(),
        many => format!(", {many} tests and programs linked anew and not compiled"),
    };
    format!("built in {} {way}{linked}", seconds(took))
}

/// What is told while files are judged.
pub enum News {
    /// By the engine.
    Event(Event),
    /// The files changed, and everything begins again.
    Changed,
}

/// Judges the learner's files of one exercise as they are, without the journal. If they change meanwhile,
/// the verdict is on bytes that are gone, so it is thrown away and the run repeated.
///
/// # Errors
///
/// As [`judge_one`].
pub fn judge_files(
    desk: &Desk,
    exercise: &Arc<Exercise>,
    stop: &Stop,
    on: &mut dyn FnMut(News),
) -> Result<Verdict, CliError> {
    let environment = desk.environment()?;
    let sources = desk.sources();
    let world = RealWorld::new(desk.build_root(), environment.clone())
        .with_stand_in(std::env::current_exe().ok());
    engine::adopt_orphans();
    let engine = Engine::new(&world, stop.clone());
    for left in (0..REPEATS).rev() {
        let candidates = [Candidate::mine(exercise, &sources, &environment)?];
        let verdicts = engine.judge(&candidates, &mut |event| on(News::Event(event)))?;
        let [candidate] = candidates;
        let now = Candidate::mine(exercise, &sources, &environment)?;
        let Some(verdict) = verdicts.into_iter().next() else {
            break;
        };
        if now.fingerprint == candidate.fingerprint || left == 0 {
            return Ok(verdict);
        }
        on(News::Changed);
    }
    unreachable!("the engine gives a verdict for every candidate")
}

/// Judges many exercises at once. With `fresh`, the record is not asked. How they were built is said by `say`.
///
/// # Errors
///
/// As [`judge_one`]. What was judged before an interruption is recorded.
pub fn judge_many(
    config: &mut Config,
    exercises: &[Arc<Exercise>],
    fresh: bool,
    screen: &mut Screen,
    say: fn(&mut Screen, String),
) -> Result<Vec<Judged>, CliError> {
    let environment = config.environment()?;
    let sources = config.desk.sources();
    let mut judged = Vec::with_capacity(exercises.len());
    let mut candidates = Vec::new();
    for (exercise, candidate) in exercises
        .iter()
        .zip(read_all(exercises, &sources, &environment)?)
    {
        let known = config
            .progress
            .passed_with(&exercise.id, candidate.fingerprint.as_str());
        if fresh || !known {
            candidates.push(candidate);
        }
        judged.push(Judged {
            exercise: Arc::clone(exercise),
            verdict: None,
        });
    }
    if candidates.is_empty() {
        return Ok(judged);
    }
    let world = config.world(&environment);
    let stop = config.stop.clone();
    let say = if config.verbose {
        say
    } else {
        |_: &mut Screen, _| {}
    };
    let mut recorded = Ok(());
    // At once: what is judged before an interruption, or beside an exercise that hangs, counts.
    let verdicts = run_engine(&world, (&stop, say), &candidates, screen, &mut |verdict| {
        if recorded.is_ok() {
            recorded = record(config, verdict);
        }
    })?;
    recorded?;
    for verdict in verdicts {
        if let Some(entry) = judged
            .iter_mut()
            .find(|entry| entry.exercise.id == verdict.exercise)
        {
            entry.verdict = Some(verdict);
        }
    }
    Ok(judged)
}

/// The learner's files of many exercises, read by as many threads as there are processors.
fn read_all(
    exercises: &[Arc<Exercise>],
    sources: &Sources,
    environment: &Environment,
) -> Result<Vec<Candidate>, CliError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let size = exercises.len().div_ceil(threads).max(1);
    let read = |part: &[Arc<Exercise>]| -> Result<Vec<Candidate>, GatherError> {
        let part = part.iter();
        part.map(|exercise| Candidate::mine(exercise, sources, environment))
            .collect()
    };
    let parts: Vec<Result<Vec<Candidate>, GatherError>> = thread::scope(|scope| {
        let begin = |part| {
            let thread = thread::Builder::new().name("reads".to_owned());
            (part, thread.spawn_scoped(scope, move || read(part)))
        };
        let begun: Vec<_> = exercises.chunks(size).map(begin).collect();
        let end = |(part, thread): (_, std::io::Result<thread::ScopedJoinHandle<'_, _>>)| {
            // Without a thread it takes longer.
            thread.map_or_else(|_| Ok(read(part)), thread::ScopedJoinHandle::join)
        };
        let ended = begun.into_iter().map(end);
        ended
            .map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let mut all = Vec::with_capacity(exercises.len());
    for part in parts {
        all.extend(part?);
    }
    Ok(all)
}

/// Judges, with a progress bar. Each verdict is told as soon as it is known.
fn run_engine(
    world: &RealWorld,
    (stop, say): (&Stop, fn(&mut Screen, String)),
    candidates: &[Candidate],
    screen: &mut Screen,
    tell: &mut dyn FnMut(&Verdict),
) -> Result<Vec<Verdict>, CliError> {
    engine::adopt_orphans();
    let engine = Engine::new(world, stop.clone());
    let mut meter = Meter::new(candidates);
    let verdicts = engine.judge(candidates, &mut |event| {
        meter.take(&event, screen);
        match &event {
            Event::Judged { verdict } => tell(verdict),
            Event::BuildFinished { took, way, linked } => {
                say(screen, how_it_was_built(*took, *way, *linked));
            }
            _ => {}
        }
    });
    screen.end_progress();
    Ok(verdicts?)
}

/// So few checks are over before anybody has read how many.
const FEW: u64 = 20;

/// Turns events into a progress bar: units while building, checks while testing.
pub struct Meter {
    checks: u64,
    finished: u64,
    said_fetching: bool,
}

impl Meter {
    /// For so many candidates.
    pub fn new<'a>(candidates: impl IntoIterator<Item = &'a Candidate>) -> Self {
        let candidates = candidates.into_iter();
        Self::of(candidates.map(|one| one.exercise.checks().len()).sum())
    }

    /// For so many checks.
    pub fn of(checks: usize) -> Self {
        Meter {
            checks: checks as u64,
            finished: 0,
            said_fetching: false,
        }
    }

    /// For so many candidates, each judged so often.
    pub fn rounds<'a>(candidates: impl IntoIterator<Item = &'a Candidate>, rounds: u32) -> Self {
        let once = Meter::new(candidates);
        Meter {
            checks: once.checks * u64::from(rounds),
            ..once
        }
    }

    /// Shows what an event means for how far things are.
    pub fn take(&mut self, event: &Event, screen: &mut Screen) {
        match event {
            Event::Fetching if !self.said_fetching => {
                self.said_fetching = true;
                screen.complain("bringing the course's dependencies, once for the whole course …");
            }
            Event::Waiting => {
                screen.complain("another workbook is building in this desk; waiting for it");
            }
            Event::BuildProgress {
                done,
                total,
                crates,
            } => {
                // Once tests run as well, one bar shows how many are over: two would take turns in one line.
                let (done, total) = if self.finished > 0 && self.checks > FEW {
                    (self.finished.min(self.checks), self.checks)
                } else {
                    (u64::from(*done), u64::from(*total))
                };
                screen.progress(done, total, &format!("building {crates}"));
            }
            Event::BuildFinished { .. } => screen.end_progress(),
            Event::CheckFinished { exercise, .. } => {
                self.finished += 1;
                if self.checks > FEW {
                    screen.progress(
                        self.finished.min(self.checks),
                        self.checks,
                        &format!("checking {exercise}"),
                    );
                }
            }
            _ => {}
        }
    }
}

/// Puts a verdict into the journal, if it says something about the learner's files.
///
/// # Errors
///
/// If the journal can't be written.
pub fn record(config: &mut Config, verdict: &Verdict) -> Result<(), CliError> {
    let outcome = match verdict.outcome {
        Outcome::Passed => journal::Outcome::Passed,
        Outcome::Failed => journal::Outcome::Failed,
        // Nothing was found out about the learner's files.
        Outcome::NotRun { .. } | Outcome::CouldNotJudge { .. } => return Ok(()),
    };
    if outcome == journal::Outcome::Passed {
        // Before the pass: who sees it recorded may begin the next stage at once.
        keep_stage(config, &verdict.exercise)?;
    }
    let event = journal::Event::Verdict {
        exercise: verdict.exercise.clone(),
        fingerprint: verdict.fingerprint.to_string(),
        outcome,
        course_version: config.course.version.clone(),
    };
    config.record(event)
}

/// Of a project's stage, what passed is what the next stage begins with.
fn keep_stage(config: &Config, id: &str) -> Result<(), CliError> {
    let exercise = config.exercise(id)?;
    if exercise.kind == ExerciseKind::Stage {
        let folder = config.desk.root.join(&exercise.crate_folder);
        desk::keep_passed(&config.desk, &exercise, &owned_files(&exercise, &folder)?)?;
    }
    Ok(())
}
