//! Keeps a list of tasks in a file: after a crash at any point it holds the list of before or of after, and two
//! processes change it one after the other. A file in an old format is replaced at the first change, and kept beside.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::files::{Files, Lock};
use crate::format::{self, Unreadable};
use crate::list::TaskList;

/// A file of tasks.
#[derive(Debug)]
pub struct Store<F> {
    path: PathBuf,
    files: F,
}

/// A list, and the version and bytes of the file if its format is an old one.
#[derive(Default)]
struct Found {
    list: TaskList,
    old: Option<(u64, Vec<u8>)>,
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
    /// It can't be written. It holds what was in it before, or all of what should be, if its last step failed.
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

impl<F: Files> Store<F> {
    /// Keeps tasks in the file at `path`, which need not be there yet.
    pub fn new(path: impl Into<PathBuf>, files: F) -> Self {
        let path = path.into();
        Self { path, files }
    }

    /// What is in the file. No file is no tasks.
    ///
    /// Waits for nobody: the file under this name is a whole list at any time.
    ///
    /// # Errors
    ///
    /// The file can't be used.
    pub fn load(&self) -> Result<TaskList, StoreError> {
        Ok(self.read()?.list)
    }

    fn read(&self) -> Result<Found, StoreError> {
        let bytes = match self.files.read(&self.path) {
            Ok(bytes) => bytes,
            // The one error that means "no tasks". Any other is about tasks that are there.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::default()),
            Err(source) => {
                return Err(StoreError::Read {
                    path: self.path.clone(),
                    source,
                });
            }
        };
        match format::read(&bytes) {
            Ok(content) => Ok(Found {
                list: content.list,
                old: content.old.map(|version| (version, bytes)),
            }),
            Err(Unreadable::Damaged(reason)) => Err(StoreError::Damaged {
                path: self.path.clone(),
                reason,
            }),
            Err(Unreadable::Newer(version)) => Err(StoreError::Newer {
                path: self.path.clone(),
                version,
            }),
        }
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
        // Before the list is read: what is read without the lock may be old when it is written. A name, not
        // `_`, which would unlock at the end of this line.
        let _lock = self.lock(again)?;
        let Found { mut list, old } = self.read()?;
        let answer = change(&mut list);
        if answer.is_ok() {
            // Not on reading: whoever looks at a list changes nothing, and may not be allowed to.
            if let Some((version, bytes)) = old {
                self.keep(version, &bytes)?;
            }
            self.save(&list)?;
        }
        Ok(answer)
    }

    /// Keeps the bytes of an old format beside the file that is about to replace them.
    ///
    /// The copy and its name have reached the disk when this returns, so there is no moment at which a crash
    /// leaves neither. Copied and not renamed, because after a rename there is a moment without a list.
    fn keep(&self, version: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let copy = self.beside(&format!(".v{version}"));
        let kept = self
            .files
            .write(&copy, bytes)
            .and_then(|()| self.files.sync(&copy))
            .and_then(|()| self.files.sync_folder(self.folder()));
        if kept.is_err() {
            let _ = self.files.remove(&copy);
        }
        kept.map_err(|source| self.not_written(source))
    }

    /// Locks a file beside the list and not the list: that file is replaced at each change, and a lock is on
    /// the file, whatever its name is by then. It stays where it is, because whoever deletes it may delete one
    /// that another process has just locked.
    fn lock(&self, mut again: impl FnMut() -> bool) -> Result<Lock, StoreError> {
        let path = self.beside(".lock");
        loop {
            match self.files.try_lock(&path) {
                Ok(Some(lock)) => return Ok(lock),
                Ok(None) if again() => {}
                Ok(None) => {
                    return Err(StoreError::Busy {
                        path: self.path.clone(),
                    });
                }
                Err(source) => return Err(self.not_written(source)),
            }
        }
    }

    /// Puts a list in the place of the one in the file, wholly or not at all.
    ///
    /// The name changes hands in one step, and only when the bytes behind the new name have reached the disk:
    /// a file system may keep a rename before it keeps what was renamed.
    fn save(&self, list: &TaskList) -> Result<(), StoreError> {
        let new = self.beside(".new");
        let replaced = self
            .files
            .write(&new, &format::write(list))
            .and_then(|()| self.files.sync(&new))
            .and_then(|()| self.files.rename(&new, &self.path));
        if replaced.is_err() {
            // A full disk is not helped by half a file. If this fails as well, the next save writes over it.
            let _ = self.files.remove(&new);
        }
        replaced
            // Without this the old name may come back after a crash, and we have said "added 7" by then.
            .and_then(|()| self.files.sync_folder(self.folder()))
            .map_err(|source| self.not_written(source))
    }

    fn not_written(&self, source: io::Error) -> StoreError {
        StoreError::Write {
            path: self.path.clone(),
            source,
        }
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// In the same folder, because a rename does not reach another file system.
    fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(ending);
        path.into()
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
