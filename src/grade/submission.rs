//! What is handed in: a folder for each learner.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::intake::printable;

/// One learner's submission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Submission {
    /// The folder's name; part of file names of ours.
    pub name: String,
    /// Where it is.
    pub folder: PathBuf,
}

/// Why submissions could not be listed.
#[derive(Debug, Error)]
pub enum SubmissionError {
    /// The folder can't be read.
    #[error("read the submissions in `{}`", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A name that can't be part of a file's name, or of a report.
    #[error(
        "take `{name}` as a learner's name; use letters, digits, `-`, `_`, `.`, `@` and `+`, at most 100"
    )]
    BadName {
        /// Fit to print.
        name: String,
    },
}

impl Submission {
    /// The one in this folder.
    ///
    /// # Errors
    ///
    /// If its name is not fit for one.
    pub fn at(folder: &Path) -> Result<Self, SubmissionError> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        if !is_name(&name) {
            let name = printable(&name);
            return Err(SubmissionError::BadName { name });
        }
        Ok(Submission {
            name: name.into_owned(),
            folder: folder.to_owned(),
        })
    }

    /// Every folder below this one, by name; and what was left aside, each with why.
    ///
    /// # Errors
    ///
    /// If the folder can't be read.
    pub fn all_in(folder: &Path) -> Result<(Vec<Self>, Vec<String>), SubmissionError> {
        let unreadable = |source| SubmissionError::Unreadable {
            path: folder.to_owned(),
            source,
        };
        let mut found = Vec::new();
        let mut aside = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let name = printable(&entry.file_name().to_string_lossy());
            // Not followed: a link could make one learner's work count for another.
            if !entry.file_type().map_err(unreadable)?.is_dir() {
                if !name.starts_with('.') {
                    aside.push(format!(
                        "`{name}` is no folder; archives have to be unpacked"
                    ));
                }
                continue;
            }
            match Submission::at(&entry.path()) {
                Ok(submission) => found.push(submission),
                Err(error) => aside.push(format!("failed to {error}")),
            }
        }
        found.sort();
        aside.sort();
        Ok((found, aside))
    }
}

/// Whether a name can be a file's on every system, in every report.
pub fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && !name.starts_with('.')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.@+".contains(c))
}
