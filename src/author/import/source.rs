//! Reads the course that is brought in, and never writes to it.

use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::ImportError;
use super::draft::{Files, Left};

/// A folder to read from.
#[derive(Debug)]
pub(super) struct Source {
    root: PathBuf,
}

impl Source {
    /// A folder that has to be there.
    pub fn open(root: &Path) -> Result<Self, ImportError> {
        if root.is_dir() {
            return Ok(Source {
                root: root.to_owned(),
            });
        }
        Err(ImportError::NotThere {
            path: root.to_owned(),
        })
    }

    /// The name of the folder itself.
    pub fn name(&self) -> String {
        let whole = self.root.canonicalize();
        let whole = whole.as_deref().unwrap_or(&self.root);
        let name = whole.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// The text of a file; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// If it is there and can't be read, is no text, or is outside of the course.
    pub fn text(&self, path: impl AsRef<Path>) -> Result<Option<String>, ImportError> {
        let path = self.place(path.as_ref())?;
        if !path.is_file() {
            return Ok(None);
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.replace("\r\n", "\n"))),
            Err(source) => Err(ImportError::Unreadable { path, source }),
        }
    }

    /// As [`Source::text`], of a file without which there is no course.
    pub fn needed(&self, path: &str) -> Result<String, ImportError> {
        let missing = || ImportError::Unfit {
            path: self.root.join(path),
            what: "it is not there, and without it there is no course of this format".to_owned(),
        };
        self.text(path)?.ok_or_else(missing)
    }

    /// Where a path is that the course names. What is there leads out of the course neither by `..` nor by a link.
    fn place(&self, path: &Path) -> Result<PathBuf, ImportError> {
        let leads_out = || ImportError::Unfit {
            path: self.root.join(path),
            what: "it leads out of the course".to_owned(),
        };
        let place = self.root.join(tidy(path).ok_or_else(leads_out)?);
        match (place.canonicalize(), self.root.canonicalize()) {
            (Ok(whole), Ok(root)) if !whole.starts_with(&root) => Err(leads_out()),
            _ => Ok(place),
        }
    }

    /// Whether there is such a folder.
    pub fn has_folder(&self, path: impl AsRef<Path>) -> bool {
        self.root.join(path).is_dir()
    }

    /// The names of the folders in a folder, in the order of the numbers in them.
    pub fn folders(&self, path: impl AsRef<Path>) -> Vec<String> {
        let entries = std::fs::read_dir(self.root.join(path));
        let entries = entries.into_iter().flatten().flatten();
        // Links are not followed: one to a folder above would have no end.
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|it| it.is_dir()));
        let mut names: Vec<String> = folders
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort_by_cached_key(|name| natural(name));
        names
    }

    /// Every file below a folder, with paths relative to it, but for what tools leave there. What is no plain
    /// file is noted.
    pub fn files(&self, folder: impl AsRef<Path>, left: &mut Left) -> Result<Files, ImportError> {
        let folder = self.place(folder.as_ref())?;
        let mut files = Files::new();
        let entries = WalkDir::new(&folder).sort_by_file_name().into_iter();
        let is_ours = |entry: &walkdir::DirEntry| {
            let name = entry.file_name();
            entry.depth() == 0 || ![".git", "target"].iter().any(|other| name == *other)
        };
        for entry in entries.filter_entry(is_ours) {
            let entry = entry.map_err(|error| ImportError::Unreadable {
                path: error.path().unwrap_or(&folder).to_owned(),
                source: error.into(),
            })?;
            if entry.file_type().is_dir() {
                continue;
            }
            let path = entry.path();
            if !entry.file_type().is_file() {
                let inside = path.strip_prefix(&self.root).unwrap_or(path);
                left.note(
                    "a link or device, which a course can't have",
                    &inside.display().to_string(),
                );
                continue;
            }
            let bytes = std::fs::read(path).map_err(|source| ImportError::Unreadable {
                path: path.to_owned(),
                source,
            })?;
            let inside = path.strip_prefix(&folder).unwrap_or(path);
            files.insert(inside.to_owned(), bytes);
        }
        Ok(files)
    }

    /// Where an error is to point.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }
}

/// A path without `.` and `..`; `None` if it leads out.
pub(super) fn tidy(path: &Path) -> Option<PathBuf> {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => tidy.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !tidy.pop() {
                    return None;
                }
            }
            Component::Prefix(_) | Component::RootDir => return None,
        }
    }
    Some(tidy)
}

/// A key by which `10_b` comes after `9_a`.
pub(super) fn natural(name: &str) -> Vec<(u64, String)> {
    let mut key = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let words = after
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(after.len());
        let (word, next) = after.split_at(words);
        key.push((number.parse().unwrap_or(0), word.to_owned()));
        rest = next;
    }
    key
}
