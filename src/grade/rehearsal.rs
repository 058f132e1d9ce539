//! Grading what an exercise's author has: whether an exercise can be graded on this machine, and whether a box says of
//! its candidates what a desk says. Nobody else's files are in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::class::{Class, TakeError};
use super::intake::Taken;
use super::marks::CODE_UNBUILT;
use super::record::{Grade, Outcome};
use super::run::Job;
use crate::candidate::{Environment, files_of_solution, starting_files};
use crate::course::Exercise;

/// What an author's candidates are, by exercise and name.
#[derive(Default)]
pub struct Rehearsal {
    parts: BTreeMap<(String, String), Part>,
}

/// What a candidate is there for.
enum Part {
    /// What learners begin with: it must not pass.
    Start,
    /// A good answer.
    Good,
    /// A wrong attempt: exactly these visible checks fail, and these may.
    Wrong(Vec<String>, Vec<String>),
}

/// The id of the check that the code builds.
const BUILD: &str = "build";

impl Rehearsal {
    /// Hands in the start, the reference, the alternatives and the wrong attempts of these exercises.
    ///
    /// # Errors
    ///
    /// If a file of the course can't be read.
    pub fn hand_in(
        class: &mut Class<'_>,
        exercises: &[Arc<Exercise>],
        course_root: &Path,
        environment: &Environment,
    ) -> Result<(Self, Vec<Job>), TakeError> {
        let mut rehearsal = Rehearsal::default();
        let mut jobs = Vec::new();
        for exercise in exercises {
            let folder = course_root.join(exercise.solution_folder());
            let of = |part: &str| files_of_solution(exercise, course_root, &folder.join(part));
            let mut parts = vec![
                (
                    "start".to_owned(),
                    Part::Start,
                    starting_files(exercise, course_root)?,
                ),
                ("reference".to_owned(), Part::Good, of("reference")?),
            ];
            if let Some(bench) = class.bench(&exercise.id) {
                for it in &bench.solution.alternatives {
                    let files = of(&format!("alternatives/{}", it.name))?;
                    parts.push((format!("alternative-{}", it.name), Part::Good, files));
                }
                for it in &bench.solution.wrong {
                    let files = of(&format!("wrong/{}", it.name))?;
                    let part = Part::Wrong(it.fails.clone(), it.may_fail.clone());
                    parts.push((format!("wrong-{}", it.name), part, files));
                }
            }
            for (name, part, files) in parts {
                let taken = Taken {
                    files,
                    ..Taken::default()
                };
                jobs.push(class.take((&name, exercise), taken, course_root, environment)?);
                rehearsal.parts.insert((exercise.id.clone(), name), part);
            }
        }
        Ok((rehearsal, jobs))
    }

    /// What is wrong with how a candidate was graded. `None` if that is as it should be, or if it was not judged.
    pub fn complaint(&self, class: &Class<'_>, grade: &Grade) -> Option<String> {
        let part = self
            .parts
            .get(&(grade.exercise.clone(), grade.submission.clone()))?;
        let bench = class.bench(&grade.exercise)?;
        let is_passed = grade.outcome == Outcome::Passed;
        match part {
            _ if !grade.outcome.is_judged() => None,
            Part::Start => {
                let starts_solved = bench.exercise.origin.as_ref();
                let may_pass = starts_solved.is_some_and(|origin| origin.starts_solved);
                (is_passed && !may_pass).then(|| "passes".to_owned())
            }
            Part::Good => (!is_passed).then(|| grade.outcome.detail().to_owned()),
            Part::Wrong(fails, may_fail) => {
                let failed: BTreeSet<&str> = (grade.checks.iter())
                    .filter(|check| check.outcome != Outcome::Passed)
                    .map(|check| check.id.as_str())
                    .collect();
                // There is no check of that name here: what does not build, or may not even be built, has none that passes.
                let is_unbuilt = grade.checks.iter().any(|check| {
                    let how = check.outcome.detail();
                    how == CODE_UNBUILT || how.starts_with("refused")
                });
                let failed = |id: &str| failed.contains(id) || (id == BUILD && is_unbuilt);
                let missed: Vec<&str> = (fails.iter())
                    .filter(|id| !may_fail.contains(id) && !failed(id))
                    .map(String::as_str)
                    .collect();
                (!missed.is_empty())
                    .then(|| format!("passes {}, and does not at a desk", missed.join(", ")))
            }
        }
    }
}
