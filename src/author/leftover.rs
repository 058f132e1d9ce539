//! Solutions that lie where learners can read them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::bar::Bar;
use crate::candidate::{CandidateFile, GatherError, owned_files};
use crate::course::{Course, Exercise, ExerciseKind, GIVEN, MUTANTS};

/// So many telling lines in a row are a copy and no coincidence.
const RUN: usize = 3;

/// And so many in code that a stage gives, which has the same types as the learner's: they are most of a body.
const RUN_IN_GIVEN: usize = 8;

/// Lines shorter than this are in any program: braces, `Ok(())`, `return None;`.
const TELLING: usize = 16;

/// Where learners are given a piece of the reference: a run of its lines that is not the starter's, in one of
/// the exercise's texts or pristine files.
pub(super) fn leftovers(
    root: &Path,
    exercise: &Exercise,
    starter: &[CandidateFile],
    reference: &[CandidateFile],
) -> Vec<String> {
    let known: BTreeSet<String> = starter
        .iter()
        .flat_map(|file| telling(&file.bytes))
        .collect();
    let own: Vec<Vec<String>> = (reference.iter())
        .map(|file| telling(&file.bytes).collect())
        .collect();
    let copied = copies(given(root, exercise), &own, &known, RUN);
    let of_stages = copies(given_by_stages(root, exercise), &own, &known, RUN_IN_GIVEN);
    copied.into_iter().chain(of_stages).collect()
}

/// The files that have so many lines in a row of `own`, none of them known, a line each.
fn copies(
    files: Vec<(String, Vec<u8>)>,
    own: &[Vec<String>],
    known: &BTreeSet<String>,
    length: usize,
) -> Vec<String> {
    let is_new = |run: &&[String]| run.iter().all(|line| !known.contains(line));
    let runs: Vec<&[String]> = (own.iter())
        .flat_map(|lines| lines.windows(length))
        .filter(is_new)
        .collect();
    let copied = |(name, text): (String, Vec<u8>)| {
        let lines: Vec<String> = telling(&text).collect();
        let is_there = |run: &&&[String]| lines.windows(length).any(|it| it == **run);
        let first = runs.iter().find(is_there)?.first()?;
        Some(format!(
            "`{name}` has lines of the reference, from `{first}` on"
        ))
    };
    files.into_iter().filter_map(copied).collect()
}

/// Where an edition of the course as it lies there would give answers away: a start that is the reference, a
/// hidden test or a piece of the reference among what learners read. A line each, with what to do.
///
/// # Errors
///
/// If a file can't be read.
pub(super) fn given_away(root: &Path, course: &Course) -> Result<Vec<String>, GatherError> {
    let mut found = Vec::new();
    for exercise in &course.exercises {
        let id = &exercise.id;
        let solution = root.join(exercise.solution_folder());
        let starter = owned_files(exercise, &root.join(&exercise.crate_folder))?;
        let reference = owned_files(exercise, &solution.join("reference"))?;
        // A stage begins with what the one before it ended with.
        if !reference.is_empty() && exercise.kind == ExerciseKind::Drill {
            let is_there = |file: &CandidateFile| starter.contains(file);
            if reference.iter().all(is_there) && Bar::of(exercise).starter_fails {
                found.push(format!(
                    "{id}: what learners start from is the reference; `workbook reset {id}` puts the start back"
                ));
            }
        }
        let hidden = files_in(&solution.join("hidden"));
        for (name, text) in given(root, exercise) {
            if hidden.iter().any(|(_, secret)| *secret == text) {
                found.push(format!("{id}: `{name}` is a hidden test; take it out"));
            }
        }
        for what in leftovers(root, exercise, &starter, &reference) {
            found.push(format!("{id}: {what}"));
        }
    }
    Ok(found)
}

/// The files in a folder that have anything in them, with their paths in it.
pub(super) fn files_in(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name();
    let files = entries.into_iter().flatten();
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .filter_map(|entry| {
            let inside = entry.path().strip_prefix(folder).ok()?.to_owned();
            Some((inside, std::fs::read(entry.path()).ok()?))
        })
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect()
}

fn telling(bytes: &[u8]) -> impl Iterator<Item = String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let lines: Vec<String> = text
        .lines()
        .map(|line| line.trim().trim_start_matches("//").trim().to_owned())
        .filter(|line| line.len() >= TELLING && !line.starts_with("use "))
        .collect();
    lines.into_iter()
}

/// What a learner's edition has of the exercise, but for the owned files: name and content.
fn given(root: &Path, exercise: &Exercise) -> Vec<(String, Vec<u8>)> {
    let folders = [&exercise.folder, &exercise.crate_folder];
    let mut files = Vec::new();
    let mut seen = BTreeSet::new();
    let is_given =
        |inside: &Path| exercise.kind == ExerciseKind::Stage && inside.starts_with(GIVEN);
    for folder in folders {
        for entry in walkdir::WalkDir::new(root.join(folder)).sort_by_file_name() {
            let Ok(entry) = entry else { continue };
            let path = entry.path();
            let Ok(inside) = path.strip_prefix(root.join(folder)) else {
                continue;
            };
            let ignored = inside.starts_with("target")
                || inside.starts_with("stages")
                || is_given(inside)
                || exercise.owns(inside);
            // The mutants of an exercise whose tests are the learner's are variants of the code that is given.
            if !entry.file_type().is_file() || ignored || inside.starts_with(MUTANTS) {
                continue;
            }
            if seen.insert(path.to_owned()) {
                files.extend(
                    std::fs::read(path)
                        .ok()
                        .map(|bytes| (inside.display().to_string(), bytes)),
                );
            }
        }
    }
    files
}

/// What stages of the project give in place of what is the learner's in this one.
fn given_by_stages(root: &Path, exercise: &Exercise) -> Vec<(String, Vec<u8>)> {
    if exercise.kind != ExerciseKind::Stage {
        return Vec::new();
    }
    let project = root.join(&exercise.crate_folder);
    let entries = std::fs::read_dir(project.join("stages")).into_iter();
    let mut names: Vec<_> = (entries.flatten().flatten())
        .map(|entry| entry.file_name())
        .collect();
    names.sort();
    let of_stage = |name| {
        let folder = Path::new("stages").join(name).join(GIVEN);
        let files = files_in(&project.join(&folder)).into_iter();
        files.map(move |(path, bytes)| (folder.join(path).display().to_string(), bytes))
    };
    names.into_iter().flat_map(of_stage).collect()
}
