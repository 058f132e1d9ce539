//! From jobs to results: nothing is graded twice, and each result is kept the moment it is known.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, mpsc};

use thiserror::Error;

use super::plan::{Shard, deal};
use super::record::{Grade, Outcome};
use super::store::{Store, StoreError};
use crate::engine::Stop;

/// One submission's files for one exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Whose.
    pub submission: String,
    /// The exercise's id.
    pub exercise: String,
    /// Identifies everything that the result depends on.
    pub key: String,
    /// About how long it takes, in any measure.
    pub cost: u64,
}

/// The seam to compilers and processes.
pub trait Grader: Sync {
    /// The result for a job. What goes wrong on our side is a result too: [`Outcome::CouldNotJudge`].
    fn grade(&self, job: &Job) -> Grade;
}

/// What is told while jobs are done.
#[derive(Debug)]
pub enum Told<'g> {
    /// A result, and whether it was there already.
    Done {
        /// The result.
        grade: &'g Grade,
        /// From an earlier run, or from the same files of somebody else.
        known: bool,
    },
}

/// How a run went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Jobs of this shard.
    pub jobs: usize,
    /// Results that were made now.
    pub graded: usize,
    /// Results that were there already.
    pub known: usize,
}

/// Why a run ended early.
#[derive(Debug, Error)]
pub enum RunError {
    /// Results could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gave no thread.
    #[error("start a thread to grade in")]
    Thread(#[source] std::io::Error),
    /// Somebody asked to stop. What was graded until then is kept.
    #[error("grade: interrupted")]
    Stopped,
}

/// Does the jobs of a shard, so many at once.
///
/// # Errors
///
/// If results can't be kept, or somebody asked to stop.
pub fn run(
    jobs: &[Job],
    shard: Shard,
    grader: &dyn Grader,
    store: &mut Store,
    threads: usize,
    stop: &Stop,
    on: &mut dyn FnMut(Told<'_>),
) -> Result<Tally, RunError> {
    let mine = deal(jobs, shard.count).swap_remove(shard.index - 1);
    let mut tally = Tally {
        jobs: mine.len(),
        ..Tally::default()
    };
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut open: Vec<Vec<&Job>> = Vec::new();
    for job in mine.iter().map(|&at| &jobs[at]) {
        let same = |grade: &&Grade| grade.key == job.key && grade.outcome.is_judged();
        if let Some(grade) = store.find(&job.submission, &job.exercise).filter(same) {
            tally.known += 1;
            on(Told::Done { grade, known: true });
        } else if let Some(grade) = store.with_key(&job.key).cloned() {
            tally.known += 1;
            let grade = handed_on(grade, job);
            store.put(grade.clone())?;
            on(Told::Done {
                grade: &grade,
                known: true,
            });
        } else {
            let place = *places.entry(&job.key).or_insert(open.len());
            match open.get_mut(place) {
                Some(group) => group.push(job),
                None => open.push(vec![job]),
            }
        }
    }
    // In their order, so that what belongs together is done at about the same time, and told when it is.
    open.reverse();
    let queue: Mutex<Vec<Vec<&Job>>> = Mutex::new(open);
    let (sender, results) = mpsc::channel();
    std::thread::scope(|scope| -> Result<(), RunError> {
        for _ in 0..threads.max(1) {
            let (queue, sender) = (&queue, sender.clone());
            std::thread::Builder::new()
                .name("grading".to_owned())
                .spawn_scoped(scope, move || {
                    while !stop.is_raised() {
                        // A pop can't leave the queue half done.
                        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
                        let Some(group) = next else { return };
                        let grade = grader.grade(group[0]);
                        if stop.is_raised() || sender.send((grade, group)).is_err() {
                            return;
                        }
                    }
                })
                .map_err(RunError::Thread)?;
        }
        drop(sender);
        for (grade, group) in results {
            for (at, job) in group.into_iter().enumerate() {
                let known = at > 0;
                if known {
                    tally.known += 1;
                } else {
                    tally.graded += 1;
                }
                let grade = handed_on(grade.clone(), job);
                store.put(grade.clone())?;
                on(Told::Done {
                    grade: &grade,
                    known,
                });
            }
        }
        Ok(())
    })?;
    if stop.is_raised() {
        return Err(RunError::Stopped);
    }
    Ok(tally)
}

/// The same result for another submission with the same files.
fn handed_on(grade: Grade, job: &Job) -> Grade {
    Grade {
        submission: job.submission.clone(),
        exercise: job.exercise.clone(),
        ..grade
    }
}

impl Outcome {
    /// A result that is the grader's own failure.
    pub fn grader(why: impl std::fmt::Display) -> Self {
        Outcome::CouldNotJudge {
            why: why.to_string(),
        }
    }
}
