//! Which files an exercise begins with, and which a stage of a project has to itself.
//!
//! Stages of a project share a crate, and each says which of its files are the learner's. A file that a stage takes
//! over from an earlier one is as the last stage that owned it left it. A file that it does not own is the course's,
//! whoever owned it before: what the stage's own folder gives, or else what lies in the crate.

use std::path::{Path, PathBuf};

use super::CandidateFile;
use super::gather::{GatherError, TARGET, owned_files, walk};
use crate::course::{Exercise, GIVEN, MUTANTS};

/// What an exercise begins with, in a course that has its solutions: the crate's files, and for a later stage
/// those of the references of the stages before.
///
/// # Errors
///
/// As [`owned_files`].
pub fn starting_files(exercise: &Exercise, root: &Path) -> Result<Vec<CandidateFile>, GatherError> {
    let ended = |earlier: &Exercise| owned_files(earlier, &reference_of(earlier, root)).map(Some);
    begin_with(exercise, ended, root)
}

/// The files that an exercise begins with where earlier stages ended with the files that `ended` tells. Where it
/// tells none, and where no earlier stage owned a file, it is the crate's own. `crates` has those, laid out as in
/// the course.
///
/// # Errors
///
/// As [`owned_files`], and whatever `ended` says.
pub fn begin_with<E: From<GatherError>>(
    exercise: &Exercise,
    mut ended: impl FnMut(&Exercise) -> Result<Option<Vec<CandidateFile>>, E>,
    crates: &Path,
) -> Result<Vec<CandidateFile>, E> {
    let own = owned_files(exercise, &crates.join(&exercise.crate_folder))?;
    let mut files = Vec::new();
    let mut decided: Vec<&Exercise> = Vec::new();
    let is_open = |path: &Path, decided: &[&Exercise]| {
        exercise.owns(path) && !decided.iter().any(|stage| stage.owns(path))
    };
    let mut next = exercise.before.as_deref();
    while let Some(earlier) = next {
        let left = ended(earlier)?.unwrap_or_else(|| own.clone());
        let of_it = left
            .into_iter()
            .filter(|file| earlier.owns(&file.path) && is_open(&file.path, &decided));
        files.extend(of_it);
        decided.push(earlier);
        // Further back is only what this one shares with no stage in between.
        let is_whole = |glob: &String| decided.iter().any(|stage| stage.owned.contains(glob));
        if exercise.owned.iter().all(is_whole) {
            break;
        }
        next = earlier.before.as_deref();
    }
    // A file that a stage before deleted does not come back.
    let rest = own.into_iter();
    files.extend(rest.filter(|file| is_open(&file.path, &decided)));
    Ok(files)
}

/// The owned files of a part of a solution, such as `reference` or `wrong/by_hand`. Files that the part does
/// not have are the starter's; in a later stage the reference has all that is left of the starter, so they
/// are the reference's.
///
/// # Errors
///
/// As [`owned_files`].
pub fn files_of_solution(
    exercise: &Exercise,
    root: &Path,
    part: &Path,
) -> Result<Vec<CandidateFile>, GatherError> {
    let mut files = owned_files(exercise, part)?;
    let mut rest = owned_files(exercise, &root.join(&exercise.crate_folder))?;
    if exercise.before.is_some() {
        add_missing(
            &mut files,
            owned_files(exercise, &reference_of(exercise, root))?,
        );
        rest.retain(|file| !exercise.was_owned(&file.path));
    }
    add_missing(&mut files, rest);
    Ok(files)
}

/// Adds what lies in a stage's own folder for it alone: files that it gives in place of the crate's or of those that
/// were the learner's, and its mutants.
pub(super) fn add_own_files(
    exercise: &Exercise,
    folder: &Path,
    files: &mut Vec<CandidateFile>,
) -> Result<(), GatherError> {
    let given = walk(&folder.join(GIVEN), &[TARGET], |path| !exercise.owns(path))?;
    files.retain(|file| !given.iter().any(|new| new.path == file.path));
    files.extend(given);
    for mut file in walk(&folder.join(MUTANTS), &[TARGET], |_| true)? {
        file.path = Path::new(MUTANTS).join(file.path);
        files.push(file);
    }
    Ok(())
}

fn reference_of(exercise: &Exercise, root: &Path) -> PathBuf {
    root.join(exercise.solution_folder()).join("reference")
}

fn add_missing(files: &mut Vec<CandidateFile>, others: Vec<CandidateFile>) {
    for other in others {
        if !files.iter().any(|own| own.path == other.path) {
            files.push(other);
        }
    }
}
