//! The candidates of exercises: read, fingerprinted and looked at, before any is run.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::bar::Bar;
use super::compare::compare;
use super::look;
use super::trial::{Expected, Proof, Trial};
use crate::candidate::{
    Candidate, CandidateFile, Environment, GatherError, Slot, files_of_solution, owned_files,
    starting_files,
};
use crate::course::{self, CourseError, Exercise, Solution};

/// Every candidate of these exercises, and what is wrong already before any is run.
///
/// # Errors
///
/// If a file can't be read. A solution with problems is a complaint, not an error.
pub fn trials(
    root: &Path,
    exercises: &[Arc<Exercise>],
    environment: &Environment,
) -> Result<(Vec<Trial>, Vec<Proof>), GatherError> {
    // Reading and hashing a course's candidates takes longer than anything else when nothing has to be judged.
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let size = exercises.len().div_ceil(threads).max(1);
    let parts = thread::scope(|scope| {
        let read = |part: &[Arc<Exercise>]| {
            part.iter()
                .map(|exercise| everything_of(root, exercise, environment))
                .collect::<Result<Vec<_>, _>>()
        };
        let begun: Vec<_> = exercises
            .chunks(size)
            .map(|part| scope.spawn(move || read(part)))
            .collect();
        let ended = begun.into_iter().map(|thread| {
            let done = thread.join();
            done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        ended.collect::<Result<Vec<_>, GatherError>>()
    })?;
    let mut trials = Vec::new();
    let mut complaints = Vec::new();
    for (of_one, found) in parts.into_iter().flatten() {
        trials.extend(of_one);
        complaints.extend(found);
    }
    Ok((trials, complaints))
}

/// The candidates of one exercise, and what is wrong with it before any is run.
fn everything_of(
    root: &Path,
    exercise: &Arc<Exercise>,
    environment: &Environment,
) -> Result<(Vec<Trial>, Vec<Proof>), GatherError> {
    let solution = match course::load_solution(root, exercise) {
        Ok(solution) => solution,
        Err(error) => {
            let complaint = Proof {
                exercise: exercise.id.clone(),
                candidate: "solution".to_owned(),
                what: explain(&error),
            };
            return Ok((Vec::new(), vec![complaint]));
        }
    };
    let mut trials = Vec::new();
    let mut complaints = look::look(root, exercise, &solution);
    of_exercise(root, exercise, &solution, environment, &mut trials)?;
    complaints.extend(compare(root, exercise, &solution, &trials));
    Ok((trials, complaints))
}

fn explain(error: &CourseError) -> String {
    match error {
        CourseError::Problems(problems) => {
            let lines: Vec<String> = problems
                .iter()
                .map(|p| format!("{}: {}; {}", p.place(), p.kind, p.kind.label()))
                .collect();
            lines.join(" · ")
        }
        CourseError::Unreadable { path, source } => format!("`{}`: {source}", path.display()),
    }
}

fn of_exercise(
    root: &Path,
    exercise: &Arc<Exercise>,
    solution: &Solution,
    environment: &Environment,
    trials: &mut Vec<Trial>,
) -> Result<(), GatherError> {
    let folder = root.join(&solution.folder);
    // What speed is measured beside is the same for learners, who have no solution of the stage before.
    let baseline = owned_files(exercise, &root.join(&exercise.crate_folder))?;
    let mut add =
        |name: String, slot: &str, owned, expected, hidden: bool| -> Result<(), GatherError> {
            let slot = Slot::Named(slot.to_owned());
            let mut candidate = Candidate::with_owned(exercise, slot, root, owned, environment)?;
            if !exercise.ratios.is_empty() {
                candidate = candidate.beside("starter", baseline.clone(), environment);
            }
            if hidden {
                candidate = candidate.with_hidden(root, solution, environment)?;
            }
            trials.push(Trial {
                candidate,
                owner: exercise.id.clone(),
                name,
                expected,
            });
            Ok(())
        };
    add(
        "starter".to_owned(),
        "starter",
        starting_files(exercise, root)?,
        Expected::AsStated,
        false,
    )?;
    let reference = files_of_solution(exercise, root, &folder.join("reference"))?;
    if Bar::of(exercise).reference {
        let (name, slot) = ("reference".to_owned(), "reference");
        add(name, slot, reference.clone(), Expected::Passes, true)?;
    }
    for (at, alternative) in solution.alternatives.iter().enumerate() {
        let part = Path::new("alternatives").join(&alternative.name);
        let files = files_of_solution(exercise, root, &folder.join(&part))?;
        add(
            part.display().to_string(),
            &format!("alternative_{at}"),
            files,
            Expected::Passes,
            true,
        )?;
    }
    for (at, wrong) in solution.wrong.iter().enumerate() {
        let part = Path::new("wrong").join(&wrong.name);
        let files = files_of_solution(exercise, root, &folder.join(&part))?;
        add(
            part.display().to_string(),
            &format!("wrong_{at}"),
            files,
            Expected::FailsAs(wrong.clone()),
            false,
        )?;
    }
    by_earlier_stages(root, exercise, &reference, environment, trials)
}

/// The reference of a stage by the checks of the stage before it, and that of the last by those of all: none may
/// throw away what another built. (Every stage by all before it would cost a large project its square.)
fn by_earlier_stages(
    root: &Path,
    exercise: &Arc<Exercise>,
    reference: &[CandidateFile],
    environment: &Environment,
    trials: &mut Vec<Trial>,
) -> Result<(), GatherError> {
    let mut next = exercise.before.as_ref();
    while let Some(earlier) = next {
        // Of what that stage asks for, this one has nothing to throw away.
        if !reference.iter().any(|file| earlier.owns(&file.path)) {
            next = earlier.before.as_ref();
            continue;
        }
        // Answers to questions of that stage, say, are not this one's to give.
        let mut owned = files_of_solution(
            earlier,
            root,
            &root.join(earlier.solution_folder()).join("reference"),
        )?;
        owned.retain(|file| !exercise.owns(&file.path));
        owned.extend(
            reference
                .iter()
                .filter(|it| earlier.owns(&it.path))
                .cloned(),
        );
        let slot = Slot::Named("kept".to_owned());
        let mut candidate = Candidate::with_owned(earlier, slot, root, owned, environment)?;
        if !earlier.ratios.is_empty() {
            let baseline = owned_files(earlier, &root.join(&earlier.crate_folder))?;
            candidate = candidate.beside("starter", baseline, environment);
        }
        trials.push(Trial {
            candidate,
            owner: exercise.id.clone(),
            name: format!("reference, by the checks of {}", earlier.id),
            expected: Expected::StillPasses,
        });
        next = earlier.before.as_ref().filter(|_| exercise.is_last);
    }
    Ok(())
}
