//! Brings in courses that were made for other tools.
//!
//! An importer of each format makes a [`draft::Draft`], and [`write`] puts it on disk as a course like any other.
//! Architecture invariant: what is brought in is only read, and what of it can't be carried is listed.

mod code;
mod companions;
mod crates;
mod dev;
mod docs;
mod draft;
mod exercism;
mod graft;
mod manifest;
mod mask;
mod members;
mod packages;
mod roles;
mod rustlings;
mod source;
mod targets;
mod track;
mod workspace;
mod write;

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use draft::Left;

use draft::Draft;
use source::Source;

/// What is brought in.
#[derive(Debug, Clone, Copy)]
pub enum Format<'a> {
    /// `info.toml` with one file per exercise.
    Rustlings,
    /// A track: `config.json` and `.meta/config.json`.
    Exercism,
    /// A workspace with a crate per exercise.
    Crates(Solutions<'a>),
}

/// Where the solutions of a workspace are.
#[derive(Debug, Clone, Copy)]
pub enum Solutions<'a> {
    /// Nowhere.
    None,
    /// In a folder of the same layout.
    Folder(&'a Path),
    /// In a branch of the same repository.
    Branch(&'a str),
}

/// Why nothing was brought in.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say what each variant means")]
pub enum ImportError {
    #[error("write the course to `{}`: the folder is not empty; name a new one", path.display())]
    NotEmpty { path: PathBuf },
    #[error("write the course to `{}`: it is inside of what is brought in, which stays as it is; name another folder", path.display())]
    Inside { path: PathBuf },
    #[error("find `{}`; name the folder of the course that is to be brought in", path.display())]
    NotThere { path: PathBuf },
    #[error("find an exercise in `{}`", path.display())]
    Empty { path: PathBuf },
    #[error("read `{}`", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("read `{}`", path.display())]
    BadToml {
        path: PathBuf,
        source: Box<toml::de::Error>,
    },
    #[error("read `{}`", path.display())]
    BadManifest {
        path: PathBuf,
        source: Box<toml_edit::TomlError>,
    },
    #[error("read `{}`", path.display())]
    BadJson {
        path: PathBuf,
        source: serde_json::Error,
    },
    #[error("read `{}`: {what}", path.display())]
    Unfit { path: PathBuf, what: String },
    #[error("take the solutions from the branch `{branch}`: {said}")]
    NoBranch { branch: String, said: String },
    #[error("write `{}`", path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// What was brought in.
#[derive(Debug)]
pub struct Imported {
    /// The course's title.
    pub title: String,
    /// How many exercises.
    pub exercises: usize,
    /// How many tests, those that were made included.
    pub tests: usize,
    /// How many exercises came without a solution.
    pub without_reference: usize,
    /// What did not come along as it was.
    pub left: Left,
}

/// Brings the course in `from` in as a new course in `out`, a folder that is empty or not there yet.
///
/// # Errors
///
/// If there is no course of this format, or if something can't be read or written.
pub fn import(format: Format<'_>, from: &Path, out: &Path) -> Result<Imported, ImportError> {
    if std::fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) || out.is_file() {
        return Err(ImportError::NotEmpty {
            path: out.to_owned(),
        });
    }
    let source = Source::open(from)?;
    if is_inside(from, out) {
        return Err(ImportError::Inside {
            path: out.to_owned(),
        });
    }
    let mut left = Left::default();
    let draft = match format {
        Format::Rustlings => rustlings::read(&source, &mut left)?,
        Format::Exercism => exercism::read(&source, &mut left)?,
        Format::Crates(solutions) => crates::read(&source, solutions, &mut left)?,
    };
    if draft.parts.is_empty() {
        return Err(ImportError::Empty {
            path: from.to_owned(),
        });
    }
    write::write(&draft, &left, out)?;
    Ok(summary(&draft, left))
}

fn is_inside(from: &Path, out: &Path) -> bool {
    let Ok(from) = from.canonicalize() else {
        return false;
    };
    let mut nearest = Some(out);
    while let Some(folder) = nearest {
        let folder_or_here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        if let Ok(whole) = folder_or_here.canonicalize() {
            return whole.starts_with(&from);
        }
        nearest = folder.parent();
    }
    false
}

fn summary(draft: &Draft, left: Left) -> Imported {
    let exercises = || draft.parts.iter().flat_map(|part| &part.exercises);
    Imported {
        title: draft.title.clone(),
        exercises: exercises().count(),
        tests: exercises().map(|exercise| exercise.tests.len()).sum(),
        without_reference: exercises().filter(|it| it.origin.no_reference).count(),
        left,
    }
}
