//! Keeps a list of tasks in a file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::files::Files;
use crate::list::{State, Task, TaskList};
use crate::values::{Invalid, TaskId, Timestamp};

/// A file of tasks.
#[derive(Debug)]
pub struct Store<F> {
    path: PathBuf,
    files: F,
}

/// Why the file can't be used.
#[derive(Debug)]
pub enum StoreError {
    /// It can't be read.
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It can't be written. What was in it before is still there.
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It can be read and makes no sense.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What, and where in it.
        reason: String,
    },
    /// A later release of this program wrote it.
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its format.
        version: u64,
    },
    /// Another process is changing it.
    Busy {
        /// The file.
        path: PathBuf,
    },
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u64,
    last_id: u32,
    tasks: Vec<Row>,
}

#[derive(Serialize, Deserialize)]
struct Row {
    id: u32,
    title: String,
    priority: String,
    due: Option<String>,
    after: Vec<u32>,
    done: bool,
    done_at: Option<u64>,
}

impl<F: Files> Store<F> {
    /// Keeps tasks in the file at `path`, which need not be there yet.
    pub fn new(path: impl Into<PathBuf>, files: F) -> Self {
        let path = path.into();
        Self { path, files }
    }

    /// What is in the file. No file is no tasks.
    ///
    /// # Errors
    ///
    /// The file can't be used.
    pub fn load(&self) -> Result<TaskList, StoreError> {
        let bytes = self.files.read(&self.path).unwrap_or_default();
        let Ok(document) = serde_json::from_slice::<Document>(&bytes) else {
            return Ok(TaskList::new());
        };
        let tasks = document
            .tasks
            .into_iter()
            .filter_map(|row| row.into_task().ok())
            .collect();
        Ok(TaskList::restore(document.last_id, tasks))
    }

    /// Changes what is in the file. If `change` refuses, nothing is written.
    ///
    /// `again` is asked each time that another process is found to be changing the file, and may take its time.
    /// Whether to try again is its answer.
    ///
    /// # Errors
    ///
    /// The outer one: the file can't be used. The inner one: what `change` said.
    pub fn update<T, E>(
        &self,
        again: impl FnMut() -> bool,
        change: impl FnOnce(&mut TaskList) -> Result<T, E>,
    ) -> Result<Result<T, E>, StoreError> {
        // Nobody has run two of these at once so far.
        drop(again);
        let mut list = self.load()?;
        let answer = change(&mut list);
        if answer.is_ok() {
            self.save(&list)?;
        }
        Ok(answer)
    }

    fn save(&self, list: &TaskList) -> Result<(), StoreError> {
        let document = Document {
            version: 3,
            last_id: list.last(),
            tasks: list.tasks().map(Row::from).collect(),
        };
        let bytes =
            serde_json::to_vec_pretty(&document).expect("a document can be written as JSON");
        self.files
            .write(&self.path, &bytes)
            .map_err(|source| StoreError::Write {
                path: self.path.clone(),
                source,
            })
    }
}

impl From<&Task> for Row {
    fn from(task: &Task) -> Self {
        let (done, done_at) = match task.state {
            State::Open => (false, None),
            State::Done { at } => (true, at.map(Timestamp::as_secs)),
        };
        Self {
            id: task.id.get(),
            title: task.title.to_string(),
            priority: task.priority.to_string(),
            due: task.due.map(|due| due.to_string()),
            after: task.after.iter().map(|id| id.get()).collect(),
            done,
            done_at,
        }
    }
}

impl Row {
    fn into_task(self) -> Result<Task, Invalid> {
        Ok(Task {
            id: self.id.to_string().parse()?,
            title: self.title.parse()?,
            priority: self.priority.parse()?,
            due: self.due.map(|due| due.parse()).transpose()?,
            after: self.after.into_iter().filter_map(TaskId::new).collect(),
            state: if self.done {
                State::Done {
                    at: self.done_at.map(Timestamp::from_secs),
                }
            } else {
                State::Open
            },
        })
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let say = |f: &mut fmt::Formatter<'_>, what: &str, path: &Path| {
            write!(f, "{what} `{}`", path.display())
        };
        match self {
            Self::Read { path, .. } => say(f, "could not read", path),
            Self::Write { path, .. } => say(f, "could not write", path),
            Self::Damaged { path, reason } => {
                say(f, "could not understand", path)?;
                write!(f, ": {reason}")
            }
            Self::Newer { path, version } => {
                say(f, "a later release wrote", path)?;
                write!(f, ", in version {version} of the format")
            }
            Self::Busy { path } => say(f, "another process is changing", path),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { source, .. } | Self::Write { source, .. } => Some(source),
            Self::Damaged { .. } | Self::Newer { .. } | Self::Busy { .. } => None,
        }
    }
}
