//! The learner's edition: the course without what only instructors and graders may have.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::leftover::given_away;
use crate::candidate::{Environment, GatherError};
use crate::course::Course;
use crate::desk::{CourseSource, EditionError, workspace_manifest};

/// The list of every file of an edition with its hash.
pub const MANIFEST: &str = "edition.toml";

/// Why no edition was written.
#[derive(Debug, Error)]
pub enum ReleaseError {
    /// There is something in the way.
    #[error("write the edition to `{}`: the folder is not empty; name a new one", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// Learners would get answers.
    #[error("write the edition: it would give answers away\n  {}", found.join("\n  "))]
    Answers {
        /// Each of them, with what to do.
        found: Vec<String>,
    },
    /// A file of the course could not be read.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// The course could not be copied.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// A file could not be read back or written.
    #[error("write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Writes the learner's edition of the course in `root` into a folder that is empty or not there yet, and
/// returns how many files it has. The same course gives the same bytes.
///
/// # Errors
///
/// If there is something in the folder, if an answer would be in the edition, or if a file can't be copied or
/// written.
pub fn release(
    root: &Path,
    course: &Course,
    environment: &Environment,
    to: &Path,
) -> Result<usize, ReleaseError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| ReleaseError::Write { path, source }
    };
    if std::fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(ReleaseError::NotEmpty {
            path: to.to_owned(),
        });
    }
    let found = given_away(root, course)?;
    if !found.is_empty() {
        return Err(ReleaseError::Answers { found });
    }
    CourseSource::Folder(root.to_owned()).copy_learner_part(to)?;
    // Without the runner's own package, which the edition does not have.
    let manifest = to.join("Cargo.toml");
    std::fs::write(&manifest, workspace_manifest(environment, course)).map_err(at(&manifest))?;

    let mut list = toml::Table::new();
    list.insert("course".to_owned(), toml::Value::String(course.id.clone()));
    list.insert(
        "version".to_owned(),
        toml::Value::String(course.version.clone()),
    );
    let mut files = toml::Table::new();
    for entry in walkdir::WalkDir::new(to)
        .sort_by_file_name()
        .into_iter()
        .flatten()
    {
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).map_err(at(entry.path()))?;
            let path = entry.path().strip_prefix(to).unwrap_or(entry.path());
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            let digest = Sha256::digest(&bytes);
            let digits: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            files.insert(parts.join("/"), toml::Value::String(digits.concat()));
        }
    }
    let count = files.len();
    list.insert("files".to_owned(), toml::Value::Table(files));
    let path = to.join(MANIFEST);
    std::fs::write(&path, list.to_string()).map_err(at(&path))?;
    Ok(count)
}
