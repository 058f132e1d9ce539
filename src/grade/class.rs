//! The real grader: submissions on disk, compilers and boxes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

use super::bench::Bench;
use super::cell::{Reach, Walls};
use super::examine::Examiner;
use super::intake::{self, Bounds, IntakeError, Taken};
use super::record::{Grade, Outcome, Trust, VERSION};
use super::run::{Grader, Job};
use super::submission::Submission;
use super::way::{Way, told};
use super::workshop::Workshop;
use crate::candidate::{Candidate, Environment, GatherError, Slot};
use crate::course::{Course, Exercise};
use crate::engine::Stop;

/// The version of how things are graded: part of every key, so that a grader that judges otherwise does not
/// take over what an older one said.
const GRADER: &str = "5";

/// Everything that a run grades, and with what.
pub struct Class<'w> {
    workshop: &'w Workshop,
    pub(super) how: How,
    pub(super) stop: Stop,
    course: String,
    toolchain: String,
    /// What was handed in, by job.
    taken: BTreeMap<(String, String), Taken>,
    /// Whether cells that reach so far hold here; tried when one is first needed.
    pub(super) tried: BTreeMap<Reach, OnceLock<Result<(), String>>>,
    /// How each exercise is graded here; found out when it is first needed.
    pub(super) ways: BTreeMap<String, OnceLock<Result<Way, String>>>,
}

/// How strictly, and with how much.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// The walls that can be put up here.
    pub walls: Walls,
    /// Refuse what can't be sealed.
    pub only_sealed: bool,
    /// Seal nothing, to see how far the other way holds.
    pub in_process: bool,
    /// Processor time for each call of the compiler.
    pub compile_seconds: u64,
}

impl<'w> Class<'w> {
    /// A class that has handed in nothing yet.
    pub fn new(
        course: &Course,
        environment: &Environment,
        workshop: &'w Workshop,
        how: How,
        stop: &Stop,
    ) -> Self {
        Class {
            workshop,
            how,
            stop: stop.clone(),
            course: format!("{} {}", course.id, course.version),
            toolchain: environment.toolchain.clone(),
            taken: BTreeMap::new(),
            tried: Reach::ALL.map(|reach| (reach, OnceLock::new())).into(),
            ways: (workshop.benches.keys())
                .map(|id| (id.clone(), OnceLock::new()))
                .collect(),
        }
    }

    /// The jobs of these submissions. An exercise of which a submission has nothing is a job too: it is not
    /// run, and counts as such.
    ///
    /// # Errors
    ///
    /// If a submission can't be read.
    pub fn jobs(
        &mut self,
        submissions: &[Submission],
        exercises: &[Arc<Exercise>],
        course_root: &Path,
        environment: &Environment,
    ) -> Result<Vec<Job>, TakeError> {
        let alone = exercises.len() == 1;
        let mut jobs = Vec::new();
        for submission in submissions {
            for exercise in exercises {
                let taken = intake::take(&submission.folder, exercise, alone, Bounds::default())?;
                let taken = taken.unwrap_or_default();
                let job = self.take(
                    (&submission.name, exercise),
                    taken,
                    course_root,
                    environment,
                )?;
                jobs.push(job);
            }
        }
        Ok(jobs)
    }

    /// The job of one submission's files for one exercise.
    pub(super) fn take(
        &mut self,
        (submission, exercise): (&str, &Arc<Exercise>),
        taken: Taken,
        course_root: &Path,
        environment: &Environment,
    ) -> Result<Job, GatherError> {
        let slot = Slot::Named("submission".to_owned());
        let files = taken.files.clone();
        let mut candidate = Candidate::with_owned(exercise, slot, course_root, files, environment)?;
        if let Some(bench) = self.workshop.benches.get(&exercise.id) {
            candidate = candidate.with_hidden(course_root, &bench.solution, environment)?;
        }
        let job = Job {
            submission: submission.to_owned(),
            exercise: exercise.id.clone(),
            key: self.key(candidate.fingerprint.as_str(), &taken),
            cost: 2 + candidate.tests.len() as u64,
        };
        let place = (job.submission.clone(), job.exercise.clone());
        self.taken.insert(place, taken);
        Ok(job)
    }

    /// What is made ready for an exercise, unless it can't be graded.
    pub(super) fn bench(&self, id: &str) -> Option<&'w Bench> {
        self.workshop.benches.get(id)
    }

    fn key(&self, fingerprint: &str, taken: &Taken) -> String {
        let mut hash = Sha256::new();
        let walls = format!("{:?}", self.how);
        let mut parts = vec![GRADER, fingerprint, &walls];
        parts.extend(taken.refused.iter().map(String::as_str));
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finalize()
            .iter()
            .fold(String::with_capacity(64), |mut text, byte| {
                // Writing to a String can't fail.
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    pub(super) fn examiner(&self, reach: Reach) -> Examiner<'w> {
        Examiner {
            workshop: self.workshop,
            walls: self.how.walls,
            reach,
            measures: !self.how.only_sealed,
            compile_seconds: self.how.compile_seconds,
            stop: self.stop.clone(),
        }
    }
}

/// Why what was handed in could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// A submission's folder.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The course's files.
    #[error(transparent)]
    Gather(#[from] GatherError),
}

impl Grader for Class<'_> {
    fn grade(&self, job: &Job) -> Grade {
        let place = (job.submission.clone(), job.exercise.clone());
        let nothing = Taken::default();
        let taken = self.taken.get(&place).unwrap_or(&nothing);
        let mut grade = Grade {
            version: VERSION,
            submission: job.submission.clone(),
            exercise: job.exercise.clone(),
            key: job.key.clone(),
            course: self.course.clone(),
            toolchain: self.toolchain.clone(),
            trust: Trust::InProcess,
            walls: self.how.walls,
            reach: Reach::Nothing,
            outcome: Outcome::Passed,
            checks: Vec::new(),
            ignored: taken.ignored.clone(),
        };
        let Some(bench) = self.workshop.benches.get(&job.exercise) else {
            let why = self.workshop.unfit.get(&job.exercise).cloned();
            grade.outcome =
                Outcome::grader(why.unwrap_or_else(|| "it was not made ready".to_owned()));
            return grade;
        };
        if let Some(why) = taken.refused.first() {
            grade.outcome = Outcome::NotRun { why: why.clone() };
            return grade;
        }
        let root = Path::new("src/lib.rs");
        if bench.exercise.owns(root) && !taken.files.iter().any(|file| file.path == root) {
            let why = "`src/lib.rs` is not there".to_owned();
            grade.outcome = Outcome::NotRun { why };
            return grade;
        }
        let way = match self.way(bench) {
            Ok(way) => way,
            Err(why) => {
                grade.outcome = Outcome::CouldNotJudge { why };
                return grade;
            }
        };
        let examined = match way {
            Way::Sealed(sealed) => {
                grade.trust = Trust::Sealed;
                self.examiner(Reach::Nothing)
                    .examine_sealed(bench, sealed, &taken.files)
            }
            Way::InProcess { why_not, .. } if self.how.only_sealed => {
                let why = format!("it can't be graded sealed: {why_not}");
                grade.outcome = Outcome::CouldNotJudge { why };
                return grade;
            }
            Way::InProcess { as_one, reach, .. } => {
                grade.reach = *reach;
                let examined = self.examiner(*reach).examine(bench, &taken.files, *as_one);
                examined.map(|(checks, _)| checks)
            }
        };
        match examined {
            Ok(checks) => grade.settle(checks),
            Err(error) => grade.outcome = Outcome::grader(told(&error)),
        }
        if self.leaves_out_speed(bench) {
            let note = "not graded, because it can't be sealed: speed";
            grade.ignored.push(note.to_owned());
        } else if grade.trust == Trust::Sealed && !bench.exercise.ratios.is_empty() {
            let note = "measured in the submission's own process: speed";
            grade.ignored.push(note.to_owned());
        }
        grade
    }
}
