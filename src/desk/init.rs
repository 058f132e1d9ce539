//! Makes a desk.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::files::draft_in;
use super::{CourseSource, Desk, DeskKind, EditionError, STATE_FOLDER, made_course, origin};
use crate::candidate::{Environment, EnvironmentError};
use crate::course::{self, Course, CourseError};

/// Why no desk was made. Nothing is left behind then.
#[derive(Debug, Error)]
pub enum InitError {
    /// There is one already, and a desk is never overwritten.
    #[error("make a desk in `{}`: there is one already", path.display())]
    DeskThere {
        /// The folder.
        path: PathBuf,
    },
    /// The folder has other things in it.
    #[error("make a desk in `{}`: the folder is not empty; name a new one, as in `workbook init my-desk`", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// It is a file, or something else that no desk can be in.
    #[error("make a desk in `{}`: it is not a folder; name a new one, as in `workbook init my-desk`", path.display())]
    NotAFolder {
        /// What is there.
        path: PathBuf,
    },
    /// The course could not be copied.
    #[error(transparent)]
    Edition(#[from] EditionError),
    /// The course is there, and wrong.
    #[error(transparent)]
    Course(#[from] CourseError),
    /// There is no Rust here.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// A file could not be written.
    #[error("write `{}`", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Makes a desk in a folder that is empty or not there yet.
///
/// # Errors
///
/// If there is something in the folder, or if the course can't be copied, read or checked.
pub fn init(folder: &Path, source: &CourseSource) -> Result<(Desk, Course), InitError> {
    let fail = |path: &Path, source| InitError::Write {
        path: path.to_owned(),
        source,
    };
    if folder.join(STATE_FOLDER).exists() {
        return Err(InitError::DeskThere {
            path: folder.to_owned(),
        });
    }
    if folder.exists() && !folder.is_dir() {
        return Err(InitError::NotAFolder {
            path: folder.to_owned(),
        });
    }
    let mut present = std::fs::read_dir(folder).into_iter().flatten();
    if present.next().is_some() {
        return Err(InitError::NotEmpty {
            path: folder.to_owned(),
        });
    }
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let new: Vec<&Path> = parent
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .collect();
    std::fs::create_dir_all(parent).map_err(|source| fail(parent, source))?;
    let made = make(folder, parent, source);
    if made.is_err() {
        for folder in new {
            // Somebody else may have put something there meanwhile; then it stays.
            let _ = std::fs::remove_dir(folder);
        }
    }
    made
}

/// Makes the desk beside its place and moves it there: it is there whole or not at all.
fn make(folder: &Path, parent: &Path, source: &CourseSource) -> Result<(Desk, Course), InitError> {
    let fail = |path: &Path, source| InitError::Write {
        path: path.to_owned(),
        source,
    };
    let draft = draft_in(parent).map_err(|source| fail(parent, source))?;
    let root = draft.path();
    source.copy_learner_part(&made_course(root))?;
    source.copy_learner_part(root)?;
    let course = course::load(&made_course(root))?;
    let environment = Environment::look(&made_course(root), root)?;
    let files = [
        ("Cargo.toml", workspace_manifest(&environment, &course)),
        (".gitignore", "/target\n/.workbook/course\n".to_owned()),
        (origin::FILE, origin::record(&course, source)),
    ];
    for (name, text) in files {
        let path = root.join(name);
        std::fs::write(&path, text).map_err(|source| fail(&path, source))?;
    }
    // An empty folder may be in the place; a rename replaces nothing else.
    let _ = std::fs::remove_dir(folder);
    std::fs::rename(root, folder).map_err(|source| fail(folder, source))?;
    // Moved away: there is nothing left to clean up.
    let _ = draft.keep();
    Ok((
        Desk {
            root: folder.to_owned(),
            kind: DeskKind::Made,
        },
        course,
    ))
}

/// The workspace of a desk or an edition, for editors and for `cargo test` by hand.
pub fn workspace_manifest(environment: &Environment, course: &Course) -> String {
    let mut manifest = environment.manifest.clone();
    let mut members: Vec<String> = environment
        .helpers
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    for exercise in &course.exercises {
        let member = exercise.crate_folder.display().to_string();
        if !members.contains(&member) {
            members.push(member);
        }
    }
    if let Some(toml::Value::Table(workspace)) = manifest.get_mut("workspace") {
        let members = members.into_iter().map(toml::Value::String).collect();
        workspace.insert("members".to_owned(), toml::Value::Array(members));
    }
    if let Some(toml::Value::Table(profiles)) = manifest.get_mut("profile") {
        for (_, profile) in profiles.iter_mut() {
            if let toml::Value::Table(profile) = profile {
                profile.remove("package");
            }
        }
    }
    format!(
        "# Made by `workbook`. Add nothing here: exercises are built with the course's own manifests.\n\n{manifest}"
    )
}
