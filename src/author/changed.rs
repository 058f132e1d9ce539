//! Which exercises git has seen change.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use thiserror::Error;

use crate::course::Exercise;

/// Why nobody can tell what changed.
#[derive(Debug, Error)]
pub enum ChangedError {
    /// Git is not there, or the course is in no repository, or there is no such revision.
    #[error("ask git what changed since `{since}`: {said}")]
    Git {
        /// The revision.
        since: String,
        /// What git said.
        said: String,
    },
}

/// Those exercises of which a file differs from revision `since`, or is new. All of them, if something changed
/// that all of them share: dependencies, helper crates, the toolchain, the runner.
///
/// # Errors
///
/// If git can't tell.
pub fn changed(
    root: &Path,
    exercises: Vec<Arc<Exercise>>,
    since: &str,
) -> Result<Vec<Arc<Exercise>>, ChangedError> {
    let mut files = ask(
        root,
        since,
        &["diff", "--name-only", "--relative", "-z", since, "--"],
    )?;
    files.extend(ask(
        root,
        since,
        &["ls-files", "--others", "--exclude-standard", "-z"],
    )?);
    if files.iter().any(|file| is_shared(file)) {
        return Ok(exercises);
    }
    let touched = |exercise: &Arc<Exercise>| files.iter().any(|file| is_of(file, exercise));
    Ok(exercises.into_iter().filter(touched).collect())
}

/// Whether the file is part of the exercise or its solution.
pub(super) fn is_of(file: &Path, exercise: &Exercise) -> bool {
    let solution = exercise.solution_folder();
    [&exercise.folder, &exercise.crate_folder, &solution]
        .iter()
        .any(|folder| file.starts_with(folder))
}

fn is_shared(file: &Path) -> bool {
    let files = [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain",
        "rust-toolchain.toml",
        "build.rs",
    ];
    let folders = ["src", "probes", ".cargo"];
    files.iter().any(|shared| file == Path::new(shared))
        || folders.iter().any(|shared| file.starts_with(shared))
}

pub(super) fn ask(
    root: &Path,
    since: &str,
    arguments: &[&str],
) -> Result<Vec<PathBuf>, ChangedError> {
    let failed = |said: String| ChangedError::Git {
        since: since.to_owned(),
        said,
    };
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(arguments)
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(failed(
            said.lines().next().unwrap_or("it failed").to_owned(),
        ));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .collect())
}
