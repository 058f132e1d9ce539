//! The desk: a learner's directory, found from anywhere inside it.
//!
//! There are two kinds. A desk made by `workbook init` has the course's own files apart, below
//! `.workbook/course`, so that nothing a learner does to a test or a manifest counts. A clone of the
//! course is a desk as it stands: its working tree is the course, and what the starters were is
//! remembered when the first command is run in it.

mod edition;
mod files;
mod init;
mod origin;
mod restore;
mod starters;
mod update;
mod way;

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::candidate::{Environment, EnvironmentError, Sources};
use crate::course::Exercise;

pub use edition::{CourseSource, EditionError};
pub use init::{InitError, init, workspace_manifest};
pub use restore::{
    RestoreError, Undone, begin_from, has_backup, is_at_start, keep_passed, reset, starting_files,
    undo,
};
pub use starters::{StarterError, remember};
pub use update::{Update, UpdateError};
pub use way::{Choice, OWN, Way, WayError};

/// The folder that makes a directory a desk.
pub const STATE_FOLDER: &str = ".workbook";

/// A learner's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// The top of the desk.
    pub root: PathBuf,
    /// How it came to be.
    pub kind: DeskKind,
}

/// How a desk came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskKind {
    /// Made by `workbook init`.
    Made,
    /// A clone of the course.
    Clone,
}

/// There is no desk here.
#[derive(Debug, Error)]
#[error(
    "find a workbook in `{}` or above it; go to your desk, or make one with `workbook init`",
    from.display()
)]
pub struct NoDesk {
    /// Where the search began.
    pub from: PathBuf,
}

impl Desk {
    /// The desk that this folder is in: the nearest one upward.
    ///
    /// # Errors
    ///
    /// If no folder upward is a desk or a course.
    pub fn find(from: &Path) -> Result<Desk, NoDesk> {
        for folder in from.ancestors() {
            let root = folder.to_owned();
            if made_course(folder).join("curriculum.toml").is_file() {
                return Ok(Desk {
                    root,
                    kind: DeskKind::Made,
                });
            }
            if folder.join("curriculum.toml").is_file() {
                return Ok(Desk {
                    root,
                    kind: DeskKind::Clone,
                });
            }
        }
        Err(NoDesk {
            from: from.to_owned(),
        })
    }

    /// The course's own files: manifests, tests, statements.
    pub fn course_root(&self) -> PathBuf {
        match self.kind {
            DeskKind::Made => made_course(&self.root),
            DeskKind::Clone => self.root.clone(),
        }
    }

    /// Where the starters are, laid out as in the course.
    pub fn starter_root(&self) -> PathBuf {
        match self.kind {
            DeskKind::Made => made_course(&self.root),
            DeskKind::Clone => self.state().join("starters"),
        }
    }

    /// Where a candidate's files come from.
    pub fn sources(&self) -> Sources {
        Sources {
            pristine: self.course_root(),
            owned: self.root.clone(),
            starter: self.starter_root(),
        }
    }

    /// The folder of everything that the runner remembers.
    pub fn state(&self) -> PathBuf {
        self.root.join(STATE_FOLDER)
    }

    /// The journal's file.
    pub fn journal(&self) -> PathBuf {
        self.state().join("journal.jsonl")
    }

    /// Where candidates are built. Apart from the folder of a `cargo` run by hand or by an editor, so
    /// that neither waits for the other.
    pub fn build_root(&self) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        // Relative to the desk, as cargo takes it relative to where it runs.
        self.root
            .join(target.unwrap_or_else(|| PathBuf::from("target")))
            .join("workbook")
    }

    /// Where the course is remembered as it was read last.
    pub fn course_memory(&self) -> PathBuf {
        self.build_root().join("course")
    }

    /// What every build of this desk shares.
    ///
    /// # Errors
    ///
    /// As [`Environment::look`].
    pub fn environment(&self) -> Result<Environment, EnvironmentError> {
        Environment::look_again(&self.course_root(), &self.root, &self.build_root())
    }

    /// Pristine files that the learner has changed in a made desk, relative to it. They are ignored, and
    /// the learner should know. What they own in another stage of the project is theirs to change.
    pub fn changed_pristine(&self, exercise: &Exercise) -> Vec<PathBuf> {
        if self.kind == DeskKind::Clone {
            return Vec::new();
        }
        let folder = self.course_root().join(&exercise.crate_folder);
        let mut changed = Vec::new();
        for entry in walkdir::WalkDir::new(&folder)
            .sort_by_file_name()
            .into_iter()
            .flatten()
        {
            let relative = entry.path().strip_prefix(&folder).unwrap_or(entry.path());
            if !entry.file_type().is_file()
                || exercise.owns(relative)
                || exercise.owned_in_project.is_match(relative)
                || relative == Path::new("README.md")
            {
                continue;
            }
            let path = exercise.crate_folder.join(relative);
            if std::fs::read(self.root.join(&path)).ok() != std::fs::read(entry.path()).ok() {
                changed.push(path);
            }
        }
        changed
    }
}

fn made_course(root: &Path) -> PathBuf {
    root.join(STATE_FOLDER).join("course")
}
