//! Reads the course that is brought in, and never writes to it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::ImportError;
use super::draft::{Files, Left};

/// A folder to read from.
#[derive(Debug)]
pub(super) struct Source {
    root: PathBuf,
    /// Files and folders that were asked for, relative to the root.
    seen: RefCell<BTreeSet<PathBuf>>,
}

/// What tools leave behind.
const LEFT_BY_TOOLS: [&str; 2] = [".git", "target"];

/// Texts have to be UTF-8: they are changed, or read for what is in them.
fn is_text(path: &Path) -> bool {
    let ending = path
        .extension()
        .is_some_and(|end| ["rs", "toml", "md"].iter().any(|text| end == *text));
    ending || path.file_name().is_some_and(|name| name == "config.json")
}

/// A text as Rust and TOML see it: line ends of Windows and a byte order mark mean nothing to them.
pub(super) fn plain(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

impl Source {
    /// A folder that has to be there.
    pub fn open(root: &Path) -> Result<Self, ImportError> {
        if root.is_dir() {
            return Ok(Source {
                root: root.to_owned(),
                seen: RefCell::default(),
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
        let place = self.place(path.as_ref())?;
        if !place.is_file() {
            return Ok(None);
        }
        self.see(path);
        match std::fs::read(&place) {
            Ok(bytes) => text_in(&bytes, &place).map(Some),
            Err(source) => Err(ImportError::Unreadable {
                path: place,
                source,
            }),
        }
    }

    /// The bytes of a file below the root; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// As [`Source::text`].
    pub fn bytes(&self, path: impl AsRef<Path>) -> Result<Option<Vec<u8>>, ImportError> {
        let place = self.place(path.as_ref())?;
        if !place.is_file() {
            return Ok(None);
        }
        self.see(path);
        let bytes = std::fs::read(&place);
        bytes.map(Some).map_err(|source| ImportError::Unreadable {
            path: place,
            source,
        })
    }

    /// Notes that something is made of this file or folder, or that it has been told why not.
    pub fn see(&self, path: impl AsRef<Path>) {
        if let Some(path) = tidy(path.as_ref()) {
            self.seen.borrow_mut().insert(path);
        }
    }

    /// Notes every file that nobody asked for; a folder of which nobody asked for anything is told as one.
    pub fn note_unseen(&self, left: &mut Left) {
        for (path, files) in self.unseen(Path::new("")) {
            let path = path.display();
            let whose = match files {
                None => path.to_string(),
                Some(1) => format!("{path}/ (1 file)"),
                Some(files) => format!("{path}/ ({files} files)"),
            };
            left.note("files of which nothing is made", &whose);
        }
    }

    /// Where another source lies in this one, if it does.
    pub fn inside(&self, other: &Source) -> Option<PathBuf> {
        let (whole, other) = (
            self.root.canonicalize().ok()?,
            other.root.canonicalize().ok()?,
        );
        let inside = other.strip_prefix(whole).ok()?;
        Some(inside.to_owned()).filter(|inside| !inside.as_os_str().is_empty())
    }

    /// What nobody asked for below a folder.
    pub fn unseen_below(&self, folder: &str) -> Vec<String> {
        let unseen = self.unseen(Path::new(folder)).into_iter();
        unseen.map(|(path, _)| path.display().to_string()).collect()
    }

    /// Files, and folders with how many files.
    fn unseen(&self, folder: &Path) -> Vec<(PathBuf, Option<usize>)> {
        let mut list = Vec::new();
        let entries = std::fs::read_dir(self.root.join(folder));
        let mut entries: Vec<_> = entries.into_iter().flatten().flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = folder.join(entry.file_name());
            let is_left = LEFT_BY_TOOLS.iter().any(|name| entry.file_name() == *name);
            if is_left || self.seen.borrow().contains(&path) {
                continue;
            }
            if !entry.file_type().is_ok_and(|it| it.is_dir()) {
                list.push((path, None));
                continue;
            }
            if self.seen.borrow().iter().any(|it| it.starts_with(&path)) {
                list.extend(self.unseen(&path));
                continue;
            }
            let all = WalkDir::new(self.root.join(&path)).into_iter().flatten();
            let files = all.filter(|it| !it.file_type().is_dir()).count();
            if files > 0 {
                list.push((path, Some(files)));
            }
        }
        list
    }

    /// Licences and what belongs to them, which have to come along.
    ///
    /// # Errors
    ///
    /// As [`Source::text`].
    pub fn licences(&self) -> Result<Files, ImportError> {
        let mut found = Files::new();
        for entry in std::fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name();
            let upper = name.to_string_lossy().to_uppercase();
            let starts = [
                "LICENSE",
                "LICENCE",
                "COPYING",
                "NOTICE",
                "UNLICENSE",
                "COPYRIGHT",
            ];
            if starts.iter().any(|start| upper.starts_with(start))
                && let Some(bytes) = self.bytes(&name)?
            {
                found.insert(name.into(), bytes);
            }
        }
        Ok(found)
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
        self.see(&folder);
        let folder = self.place(folder.as_ref())?;
        let mut files = Files::new();
        let entries = WalkDir::new(&folder).sort_by_file_name().into_iter();
        let is_ours = |entry: &walkdir::DirEntry| {
            let name = entry.file_name();
            entry.depth() == 0 || !LEFT_BY_TOOLS.iter().any(|other| name == *other)
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
            if is_text(path) {
                text_in(&bytes, path)?;
            }
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

fn text_in(bytes: &[u8], path: &Path) -> Result<String, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|error| ImportError::Unfit {
        path: path.to_owned(),
        what: format!(
            "it is not UTF-8 from byte {} on; save it as UTF-8",
            error.valid_up_to()
        ),
    })?;
    Ok(plain(text))
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
