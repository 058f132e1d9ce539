//! Remembers the starters of a clone, where the learner's file stands in the starter's place.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use thiserror::Error;

use super::{Desk, DeskKind};
use crate::candidate::{GatherError, owned_files};
use crate::course::{Course, Exercise};

/// Why starters could not be remembered.
#[derive(Debug, Error)]
pub enum StarterError {
    /// A file of the course could not be read.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// The copy could not be written.
    #[error("remember the starters in `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Copies the starters that are not remembered yet. In a clone under git they are as they were committed,
/// whatever was changed, added or deleted before the first command. Does nothing in a made desk.
///
/// # Errors
///
/// If a starter can't be read or its copy can't be written.
pub fn remember(desk: &Desk, course: &Course) -> Result<(), StarterError> {
    if desk.kind == DeskKind::Made {
        return Ok(());
    }
    let root = desk.starter_root();
    // Stages of one project share a crate, and may own different files of it.
    let mut unknown: BTreeMap<&Path, Vec<&Exercise>> = BTreeMap::new();
    for exercise in &course.exercises {
        if !root.join(&exercise.crate_folder).is_dir() {
            let folder = exercise.crate_folder.as_path();
            unknown.entry(folder).or_default().push(exercise);
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let commit = Commit::look(&desk.root);
    for (folder, exercises) in unknown {
        let files = starter(desk, folder, &exercises, commit.as_ref())?;
        // Perhaps deleted by a learner without git; it is remembered when it is there again.
        if files.is_empty() {
            continue;
        }
        let target = root.join(folder);
        // Into place in one step: a half-written copy must not pass for a starter after a kill.
        let parent = target.parent().unwrap_or(&root);
        let fail = |path: &Path| {
            let path = path.to_owned();
            move |source| StarterError::Write { path, source }
        };
        std::fs::create_dir_all(parent).map_err(fail(parent))?;
        let draft = tempfile::tempdir_in(parent).map_err(fail(parent))?;
        for (path, bytes) in files {
            let copy = draft.path().join(path);
            let folder = copy.parent().unwrap_or(draft.path());
            std::fs::create_dir_all(folder).map_err(fail(folder))?;
            std::fs::write(&copy, bytes).map_err(fail(&copy))?;
        }
        match std::fs::rename(draft.keep(), &target) {
            Ok(()) => {}
            // Another runner was faster, with the same files.
            Err(_) if target.is_dir() => {}
            Err(source) => return Err(fail(&target)(source)),
        }
    }
    Ok(())
}

/// The files of a crate that its exercises own, by their path in the crate.
fn starter(
    desk: &Desk,
    folder: &Path,
    exercises: &[&Exercise],
    commit: Option<&Commit>,
) -> Result<BTreeMap<PathBuf, Vec<u8>>, StarterError> {
    let mut files = BTreeMap::new();
    for exercise in exercises {
        for file in owned_files(exercise, &desk.root.join(folder))? {
            files.insert(file.path, file.bytes);
        }
    }
    // A crate that is not committed yet is being written by an instructor.
    let Some(commit) = commit.filter(|commit| commit.has(folder)) else {
        return Ok(files);
    };
    files.retain(|path, _| commit.files.contains(&folder.join(path)));
    for path in commit.files.iter().filter(|path| path.starts_with(folder)) {
        let inside = path.strip_prefix(folder).unwrap_or(path);
        let is_owned = exercises.iter().any(|exercise| exercise.owns(inside));
        if is_owned
            && commit.changed.contains(path)
            && let Some(bytes) = commit.show(path)
        {
            files.insert(inside.to_owned(), bytes);
        }
    }
    Ok(files)
}

/// The last commit of a clone under git. Paths are relative to the clone.
struct Commit {
    root: PathBuf,
    files: BTreeSet<PathBuf>,
    /// Those that differ from the commit or are gone.
    changed: BTreeSet<PathBuf>,
}

impl Commit {
    /// `None` where git can't tell.
    fn look(root: &Path) -> Option<Self> {
        let names = |arguments: &[&str]| -> Option<BTreeSet<PathBuf>> {
            let output = git(root, arguments)?;
            let names = output.split(|&byte| byte == 0);
            let names = names.filter(|name| !name.is_empty());
            let paths = names.map(|name| PathBuf::from(String::from_utf8_lossy(name).into_owned()));
            Some(paths.collect())
        };
        Some(Commit {
            root: root.to_owned(),
            files: names(&["ls-tree", "-r", "--name-only", "-z", "HEAD"])?,
            changed: names(&[
                "diff",
                "--name-only",
                "--relative",
                "--no-renames",
                "-z",
                "HEAD",
            ])?,
        })
    }

    fn has(&self, folder: &Path) -> bool {
        self.files.iter().any(|path| path.starts_with(folder))
    }

    fn show(&self, path: &Path) -> Option<Vec<u8>> {
        git(&self.root, &["show", &format!("HEAD:./{}", path.display())])
    }
}

fn git(root: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    if !root.join(".git").exists() {
        return None;
    }
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .ok()?;
    output.status.success().then_some(output.stdout)
}
