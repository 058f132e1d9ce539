//! Why a desk was not updated, each with what to do.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::candidate::{EnvironmentError, GatherError};
use crate::course::CourseError;
use crate::desk::EditionError;

/// Why a desk was not updated.
#[derive(Debug, Error)]
pub enum UpdateError {
    /// Git takes new versions into a clone.
    #[error("update `{}`: it is a clone; `git pull` takes the new version", path.display())]
    Clone {
        /// The clone.
        path: PathBuf,
    },
    /// The folder that the course was taken from has no course in it any more.
    #[error("find the course in `{}`, where this desk took it from; `--course PATH` names another place", path.display())]
    Gone {
        /// The folder.
        path: PathBuf,
    },
    /// Progress would be another course's.
    #[error(
        "update the course `{own}` to `{other}`, which is another course; `workbook init` makes a desk for that"
    )]
    Other {
        /// The desk's.
        own: String,
        /// The one found.
        other: String,
    },
    /// Somebody took a newer one already.
    #[error(
        "update to {found}, which is older than the desk's {own}; install the current workbook, or name a newer course with `--course PATH`"
    )]
    Older {
        /// The desk's version.
        own: String,
        /// The one found.
        found: String,
    },
    /// It could not be read.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// It is there, and wrong.
    #[error(transparent)]
    Course(#[from] CourseError),
    /// There is no Rust here.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// The learner's files can't be read.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// A file could not be written.
    #[error("write `{}`; `workbook update` again goes on where it stopped", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
