//! Puts the starter back, and the learner's files back after that.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::Desk;
use super::files::write_whole;
use crate::candidate::{CandidateFile, GatherError, begin_with, owned_files};
use crate::course::Exercise;

/// Why an exercise could not be reset or brought back. What was there before is still there, in place or
/// in the backup that the message names.
#[derive(Debug, Error)]
pub enum RestoreError {
    /// Files could not be read.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// The starter is not known.
    #[error("find the starter of `{id}`; if you cloned the course, `git checkout` its folder")]
    NoStarter {
        /// The exercise.
        id: String,
    },
    /// There is nothing to bring back.
    #[error("undo a reset of `{id}`: there is nothing to bring back")]
    NoBackup {
        /// The exercise.
        id: String,
    },
    /// A file could not be written.
    #[error("write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What the learner began with: the starter, or for a later stage their own files of when the stages before
/// last passed. Where that is not known, a later stage too began with the project's starter.
///
/// # Errors
///
/// If a file can't be read.
pub fn starting_files(desk: &Desk, exercise: &Exercise) -> Result<Vec<CandidateFile>, GatherError> {
    let ended = |earlier: &Exercise| {
        let kept = owned_files(earlier, &passed_folder(desk, earlier))?;
        Ok((!kept.is_empty()).then_some(kept))
    };
    begin_with(exercise, ended, &desk.starter_root())
}

/// Keeps files that pass a stage, for [`starting_files`] of the next.
///
/// # Errors
///
/// If a file can't be written.
pub fn keep_passed(
    desk: &Desk,
    exercise: &Exercise,
    files: &[CandidateFile],
) -> Result<(), RestoreError> {
    replace(exercise, &passed_folder(desk, exercise), files)
}

fn passed_folder(desk: &Desk, exercise: &Exercise) -> PathBuf {
    desk.state().join("passed").join(&exercise.id)
}

/// Puts these files in place of the learner's, as [`reset`] puts the starter's.
///
/// # Errors
///
/// As [`reset`].
pub fn begin_from(
    desk: &Desk,
    exercise: &Exercise,
    files: &[CandidateFile],
) -> Result<String, RestoreError> {
    let backup = back_up(desk, exercise)?;
    replace(exercise, &desk.root.join(&exercise.crate_folder), files)?;
    Ok(backup)
}

/// Puts the starter's files in place of the learner's. Returns the name of the backup that keeps the
/// old ones. Pristine files that were changed in a made desk are put back too.
///
/// # Errors
///
/// If the starter is not known, or a file can't be read or written. The backup is complete before the
/// first file is touched.
pub fn reset(desk: &Desk, exercise: &Exercise) -> Result<String, RestoreError> {
    let starter = starting_files(desk, exercise)?;
    if starter.is_empty() {
        return Err(RestoreError::NoStarter {
            id: exercise.id.clone(),
        });
    }
    let backup = begin_from(desk, exercise, &starter)?;
    for path in desk.changed_pristine(exercise) {
        let bytes = std::fs::read(desk.course_root().join(&path)).map_err(|source| {
            GatherError::Unreadable {
                path: path.clone(),
                source,
            }
        })?;
        write(&desk.root.join(path), &bytes)?;
    }
    Ok(backup)
}

/// Whether the learner's files are those of the starter.
///
/// # Errors
///
/// If a file can't be read.
pub fn is_at_start(desk: &Desk, exercise: &Exercise) -> Result<bool, RestoreError> {
    let mine = owned_files(exercise, &desk.root.join(&exercise.crate_folder))?;
    let starter = starting_files(desk, exercise)?;
    Ok(mine == starter)
}

/// Whether anything was ever backed up by a reset.
pub fn has_backup(desk: &Desk, exercise: &Exercise) -> bool {
    !backup_numbers(desk, exercise).is_empty()
}

/// What an undo did.
pub struct Undone {
    /// Where the files went that had been there.
    pub backup: String,
    /// What was brought back is the starter: what was undone is an undo.
    pub is_starter: bool,
}

/// Puts the files of a backup in place: of the latest one that differs from what is there now, so that two
/// resets in a row do not put the work out of reach. What is there now is backed up in turn, so that an
/// undo can be undone.
///
/// # Errors
///
/// If there is no such backup, or a file can't be read or written.
pub fn undo(desk: &Desk, exercise: &Exercise) -> Result<Undone, RestoreError> {
    let mine = owned_files(exercise, &desk.root.join(&exercise.crate_folder))?;
    for number in backup_numbers(desk, exercise).into_iter().rev() {
        let files = owned_files(exercise, &backup_folder(desk, exercise, number))?;
        if files == mine {
            continue;
        }
        let backup = begin_from(desk, exercise, &files)?;
        let starter = starting_files(desk, exercise)?;
        let is_starter = files == starter;
        return Ok(Undone { backup, is_starter });
    }
    Err(RestoreError::NoBackup {
        id: exercise.id.clone(),
    })
}

fn backups(desk: &Desk, exercise: &Exercise) -> PathBuf {
    desk.state().join("backups").join(&exercise.id)
}

/// Backups are numbered, so that the clock has no part in which is the latest.
fn backup_folder(desk: &Desk, exercise: &Exercise, number: u32) -> PathBuf {
    backups(desk, exercise).join(name_of(number))
}

fn name_of(number: u32) -> String {
    format!("{number:04}")
}

/// The numbers of the backups there are, the latest last.
fn backup_numbers(desk: &Desk, exercise: &Exercise) -> Vec<u32> {
    let entries = std::fs::read_dir(backups(desk, exercise)).into_iter();
    let mut numbers: Vec<u32> = entries
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let number = name.parse().ok()?;
            (name == name_of(number)).then_some(number)
        })
        .collect();
    numbers.sort_unstable();
    numbers
}

fn back_up(desk: &Desk, exercise: &Exercise) -> Result<String, RestoreError> {
    let number = backup_numbers(desk, exercise).last().map_or(1, |n| n + 1);
    let folder = backup_folder(desk, exercise, number);
    create_folder(&folder)?;
    for file in owned_files(exercise, &desk.root.join(&exercise.crate_folder))? {
        write(&folder.join(&file.path), &file.bytes)?;
    }
    Ok(name_of(number))
}

fn replace(
    exercise: &Exercise,
    folder: &Path,
    files: &[CandidateFile],
) -> Result<(), RestoreError> {
    for file in files {
        write(&folder.join(&file.path), &file.bytes)?;
    }
    for old in owned_files(exercise, folder)? {
        if !files.iter().any(|file| file.path == old.path) {
            let path = folder.join(&old.path);
            std::fs::remove_file(&path).map_err(|source| RestoreError::Write { path, source })?;
        }
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), RestoreError> {
    write_whole(path, bytes).map_err(|source| RestoreError::Write {
        path: path.to_owned(),
        source,
    })
}

fn create_folder(path: &Path) -> Result<(), RestoreError> {
    std::fs::create_dir_all(path).map_err(|source| RestoreError::Write {
        path: path.to_owned(),
        source,
    })
}
