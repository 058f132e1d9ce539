//! The thread that judges, so that the keys stay alive. It does one thing at a time, and what is asked
//! for next ends what it does.

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;

use super::super::CliError;
use super::super::judge::{self, News};
use crate::course::Exercise;
use crate::desk::Desk;
use crate::engine::{Event, Stop, Verdict};

/// The number of a job. Jobs are told apart by it, because what an earlier one tells can still be on its
/// way when the next has begun.
pub type Number = u64;

/// What the worker tells.
pub enum Told {
    /// Something happened in a run.
    Happened(Number, Event),
    /// A run is over.
    Judged(Number, Box<Result<Verdict, CliError>>),
    /// A text is written.
    Written(Number, Box<Result<Vec<String>, CliError>>),
    /// The worker panicked: a mistake of ours.
    Broke,
}

struct Job {
    number: Number,
    stop: Stop,
    what: What,
}

/// Measures something and says what came of it.
pub type Work = Box<dyn FnOnce(&Stop) -> Result<Vec<String>, CliError> + Send>;

enum What {
    Judge(Desk, Arc<Exercise>),
    Write(Work),
}

/// A handle to the thread. Dropping it ends what runs, with every process of it.
pub struct Worker {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    whole: Stop,
    current: Stop,
    last: Number,
}

impl Worker {
    /// Starts the thread. It ends with `stop`.
    ///
    /// # Errors
    ///
    /// If the system gives none.
    pub fn start(
        stop: &Stop,
        tell: impl Fn(Told) + Send + Sync + 'static,
    ) -> Result<Self, CliError> {
        let (jobs, todo) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("judge".to_owned())
            .spawn(move || {
                let alarm = Alarm(&tell);
                for job in todo {
                    // Overtaken by a later one.
                    if !job.stop.is_raised() {
                        work(job, &tell);
                    }
                }
                drop(alarm);
            })
            .map_err(CliError::Thread)?;
        Ok(Worker {
            jobs: Some(jobs),
            thread: Some(thread),
            whole: stop.part(),
            current: stop.part(),
            last: 0,
        })
    }

    /// Judges the files of an exercise as they are. What runs is ended.
    pub fn judge(&mut self, desk: &Desk, exercise: &Arc<Exercise>) -> Number {
        self.give(What::Judge(desk.clone(), Arc::clone(exercise)))
    }

    /// Has a text written. What runs is ended.
    pub fn write(&mut self, work: Work) -> Number {
        self.give(What::Write(work))
    }

    /// Ends what runs.
    pub fn cancel(&mut self) {
        self.current.raise();
        // What it still tells is about nothing that anybody waits for.
        self.last += 1;
    }

    fn give(&mut self, what: What) -> Number {
        self.cancel();
        self.current = self.whole.part();
        let job = Job {
            number: self.last,
            stop: self.current.clone(),
            what,
        };
        if let Some(jobs) = &self.jobs {
            // An error means that it has panicked, and has told so.
            let _ = jobs.send(job);
        }
        self.last
    }

    /// Ends it, and waits until nothing of it is left. A panic in it goes on here.
    pub fn end(&mut self) {
        self.whole.raise();
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && let Err(panic) = thread.join()
            && !std::thread::panicking()
        {
            std::panic::resume_unwind(panic);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end();
    }
}

/// Tells of a panic while it goes through the worker.
struct Alarm<'t>(&'t dyn Fn(Told));

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            (self.0)(Told::Broke);
        }
    }
}

fn work(job: Job, tell: &dyn Fn(Told)) {
    let Job { number, stop, what } = job;
    match what {
        What::Judge(desk, exercise) => {
            let judged = judge::judge_files(&desk, &exercise, &stop, &mut |news| {
                if let News::Event(event) = news {
                    tell(Told::Happened(number, event));
                }
            });
            tell(Told::Judged(number, Box::new(judged)));
        }
        What::Write(work) => tell(Told::Written(number, Box::new(work(&stop)))),
    }
}
