//! Takes the owned files out of a submission, and nothing else.
//!
//! The tree is walked by directory handles: nothing is followed, and what is read is what was looked at. What
//! is not taken is named, so that nobody wonders where a file went.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::candidate::CandidateFile;
use crate::course::Exercise;

/// Bounds on what is taken.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Bytes of all files.
    pub all_bytes: u64,
    /// Files.
    pub files: usize,
    /// Entries looked at, of any kind.
    pub entries: usize,
    /// Folders inside folders.
    pub depth: usize,
    /// Bytes of a name.
    pub name: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            file_bytes: 512 * 1024,
            all_bytes: 4 * 1024 * 1024,
            files: 300,
            entries: 5_000,
            depth: 12,
            name: 120,
        }
    }
}

/// What a submission has for one exercise.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// The owned files, relative to the crate.
    pub files: Vec<CandidateFile>,
    /// What was left where it is, each with why. Names are fit to print.
    pub ignored: Vec<String>,
    /// Owned files that can't be taken as they are: then nothing is judged.
    pub refused: Vec<String>,
}

/// Why a submission could not be read. Not the learner's doing.
#[derive(Debug, Error)]
#[error("read the submission in `{}`", path.display())]
pub struct IntakeError {
    /// The folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// A name fit for a line of a report: no control characters, no end.
pub fn printable(name: &str) -> String {
    let mut shown: String = (name.chars())
        .map(|c| {
            if c.is_control() || is_invisible(c) {
                '·'
            } else {
                c
            }
        })
        .take(100)
        .collect();
    if name.chars().count() > 100 {
        shown.push('…');
    }
    shown
}

/// Marks that change the direction of text, or that nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The folders of a submission in which an exercise's crate may lie: as in the course, or by its id.
pub fn places(exercise: &Exercise) -> [PathBuf; 2] {
    [exercise.crate_folder.clone(), PathBuf::from(&exercise.id)]
}

/// Takes an exercise's owned files from the first place that is there. `alone` says that the submission is
/// of this one exercise, whose crate may then be the submission itself. `None` if there is nothing of it.
///
/// # Errors
///
/// If the submission's folder itself can't be read.
#[cfg(unix)]
pub fn take(
    submission: &Path,
    exercise: &Exercise,
    alone: bool,
    bounds: Bounds,
) -> Result<Option<Taken>, IntakeError> {
    let root = walk::open_root(submission).map_err(|error| IntakeError {
        path: submission.to_owned(),
        source: error.into(),
    })?;
    for place in places(exercise) {
        if let Some(folder) = walk::descend(&root, &place) {
            return Ok(Some(walk::take(&folder, exercise, bounds)));
        }
    }
    if alone {
        return Ok(Some(walk::take(&root, exercise, bounds)));
    }
    Ok(None)
}

/// Elsewhere there are no directory handles, and nothing is graded.
///
/// # Errors
///
/// Always.
#[cfg(not(unix))]
pub fn take(
    submission: &Path,
    _exercise: &Exercise,
    _alone: bool,
    _bounds: Bounds,
) -> Result<Option<Taken>, IntakeError> {
    Err(IntakeError {
        path: submission.to_owned(),
        source: io::ErrorKind::Unsupported.into(),
    })
}

#[cfg(unix)]
mod walk {
    use std::fs::File;
    use std::io::Read as _;
    use std::path::{Component, Path, PathBuf};

    use rustix::fd::{AsFd, OwnedFd};
    use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, fstat, openat, statat};
    use rustix::io::Errno;

    use super::{Bounds, Taken, printable};
    use crate::candidate::CandidateFile;
    use crate::course::Exercise;

    fn folder_flags() -> OFlags {
        OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC
    }

    /// The submission's own folder may be reached by a link: whoever calls us has named it.
    pub fn open_root(path: &Path) -> Result<OwnedFd, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open(path, flags, Mode::empty())
    }

    /// A folder below, with no link on the way.
    pub fn descend(root: &OwnedFd, path: &Path) -> Option<OwnedFd> {
        let mut at: Option<OwnedFd> = None;
        for part in path.components() {
            let Component::Normal(name) = part else {
                return None;
            };
            let from = at.as_ref().unwrap_or(root);
            at = Some(openat(from, name, folder_flags(), Mode::empty()).ok()?);
        }
        at
    }

    pub fn take(folder: &OwnedFd, exercise: &Exercise, bounds: Bounds) -> Taken {
        let mut walk = Walk {
            exercise,
            bounds,
            taken: Taken::default(),
            bytes: 0,
            entries: 0,
        };
        walk.folder(folder, &PathBuf::new(), 0);
        walk.taken.files.sort_by(|a, b| a.path.cmp(&b.path));
        walk.taken
    }

    struct Walk<'e> {
        exercise: &'e Exercise,
        bounds: Bounds,
        taken: Taken,
        bytes: u64,
        entries: usize,
    }

    impl Walk<'_> {
        fn ignore(&mut self, path: &Path, why: &str) {
            // A list of thousands helps nobody.
            if self.taken.ignored.len() < 50 {
                let name = printable(&path.to_string_lossy());
                self.taken.ignored.push(format!("`{name}`: {why}"));
            }
        }

        fn refuse(&mut self, path: &Path, why: &str) {
            if self.taken.refused.len() < 20 {
                let name = printable(&path.to_string_lossy());
                self.taken.refused.push(format!("`{name}` {why}"));
            }
        }

        fn folder(&mut self, folder: &OwnedFd, path: &Path, depth: usize) {
            let Ok(entries) = Dir::read_from(folder) else {
                return self.ignore(path, "can't be read");
            };
            let mut names: Vec<Vec<u8>> = entries
                .flatten()
                .map(|entry| entry.file_name().to_bytes().to_vec())
                .filter(|name| name != b"." && name != b"..")
                // One more than the bound, so that reaching it is seen.
                .take(self.bounds.entries + 1)
                .collect();
            names.sort_unstable();
            for name in names {
                self.entries += 1;
                if self.entries > self.bounds.entries {
                    return self.ignore(path, "and what follows: there are too many files");
                }
                let Ok(name) = String::from_utf8(name.clone()) else {
                    let shown = String::from_utf8_lossy(&name).into_owned();
                    self.ignore(&path.join(shown), "its name is not UTF-8");
                    continue;
                };
                self.entry(folder, &name, &path.join(&name), depth);
            }
        }

        fn entry(&mut self, folder: &OwnedFd, name: &str, path: &Path, depth: usize) {
            let Ok(stat) = statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) else {
                return self.ignore(path, "can't be looked at");
            };
            let is_owned = self.exercise.owns(path);
            match FileType::from_raw_mode(stat.st_mode) {
                // What a learner's machine leaves there.
                FileType::Directory if depth == 0 && (name == "target" || name == ".git") => {}
                FileType::Directory if depth >= self.bounds.depth => {
                    self.ignore(path, "it lies too deep");
                }
                FileType::Directory => match openat(folder, name, folder_flags(), Mode::empty()) {
                    Ok(inner) => self.folder(&inner, path, depth + 1),
                    Err(_) => self.ignore(path, "can't be opened"),
                },
                FileType::RegularFile if !is_owned => {
                    let known = ["Cargo.toml", "README.md", "exercise.toml", "Cargo.lock"];
                    // The course's own files are there in every submission, and taken from the course.
                    if !known.contains(&name) && !path.starts_with("tests") {
                        self.ignore(path, "it is not among the files to hand in");
                    }
                }
                FileType::RegularFile => self.file(folder, name, path),
                FileType::Symlink if is_owned => {
                    self.refuse(path, "is a link; hand in the file itself");
                }
                _ if is_owned => self.refuse(path, "is no regular file"),
                _ => self.ignore(path, "it is no regular file"),
            }
        }

        fn file(&mut self, folder: &OwnedFd, name: &str, path: &Path) {
            if name.len() > self.bounds.name || printable(name) != name {
                return self.refuse(path, "has a name that is too long or can't be printed");
            }
            if self.taken.files.len() >= self.bounds.files {
                return self.refuse(path, "is one file too many");
            }
            match self.read(folder, name) {
                Ok(bytes) if std::str::from_utf8(&bytes).is_err() => {
                    self.refuse(path, "is not UTF-8");
                }
                Ok(bytes) => {
                    self.bytes += bytes.len() as u64;
                    self.taken.files.push(CandidateFile {
                        path: path.to_owned(),
                        bytes,
                    });
                }
                Err(why) => self.refuse(path, &why),
            }
        }

        /// Opens, then looks at what was opened, then reads no more than is allowed.
        fn read(&self, folder: &OwnedFd, name: &str) -> Result<Vec<u8>, String> {
            let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            let file = openat(folder.as_fd(), name, flags, Mode::empty())
                .map_err(|error| format!("can't be opened: {error}"))?;
            let stat = fstat(&file).map_err(|error| format!("can't be looked at: {error}"))?;
            if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
                return Err("is no regular file".to_owned());
            }
            if stat.st_nlink != 1 {
                return Err("is one file under several names; hand in a copy".to_owned());
            }
            let room = self
                .bounds
                .file_bytes
                .min(self.bounds.all_bytes - self.bytes.min(self.bounds.all_bytes));
            let mut bytes = Vec::new();
            File::from(file)
                .take(room + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| format!("can't be read: {error}"))?;
            if bytes.len() as u64 > room {
                return Err(format!(
                    "is larger than the {room} bytes that are left for it"
                ));
            }
            Ok(bytes)
        }
    }
}
