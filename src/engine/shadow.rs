//! The shadow workspace: where candidates are laid out to be built.
//!
//! Cargo never builds in the learner's own folders. It builds copies, which holds three things at once:
//! a verdict is about the bytes that were fingerprinted; pristine files are pristine; and a broken
//! manifest in one exercise can't keep another from being judged.
//!
//! A workspace has the members of one request only, so that cargo resolves and loads no more than it
//! needs: an exercise without dependencies needs no registry at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use thiserror::Error;
use walkdir::WalkDir;

use super::helpers;
use super::plot::Plot;
use super::shadow_manifest::manifest;
use crate::candidate::{Environment, Slot};

/// Below the build root: laid-out workspaces, and cargo's target directory, shared by all of them.
#[derive(Debug, Clone)]
pub struct Shadow {
    root: PathBuf,
}

/// Why candidates could not be laid out.
#[derive(Debug, Error)]
#[error("write `{}`", path.display())]
pub struct LayError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Shadow {
    /// Lays out below this folder.
    pub fn new(root: PathBuf) -> Self {
        Shadow { root }
    }

    /// Cargo's target directory.
    pub fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// The workspace of a slot.
    pub fn workspace(&self, slot: &Slot) -> PathBuf {
        self.root.join("shadow").join(slot.folder())
    }

    /// Where a crate of a slot is built without cargo.
    pub fn scratch(&self, slot: &Slot, plot: &Plot) -> PathBuf {
        let folder = self.root.join("scratch").join(slot.folder());
        folder.join(&plot.package)
    }

    /// Where the object code of a slot's tests is kept.
    pub fn objects(&self, slot: &Slot) -> PathBuf {
        self.root.join("objects").join(slot.folder())
    }

    /// Asks for the sole use of a slot, for as long as the turn lives.
    ///
    /// # Errors
    ///
    /// If the lock's file can't be made.
    pub fn take_turn(&self, slot: &Slot) -> Result<Turn, LayError> {
        let workspace = self.workspace(slot);
        create_folder(&workspace)?;
        let path = workspace.join(".lock");
        match File::options().create(true).append(true).open(&path) {
            Ok(file) => Ok(Turn { file, path }),
            Err(source) => Err(LayError { path, source }),
        }
    }

    /// A new folder below the build root, on the same file system as what cargo builds. It goes when the
    /// handle does.
    ///
    /// # Errors
    ///
    /// If it can't be made.
    pub fn own_folder(&self) -> Result<TempDir, LayError> {
        let parent = self.root.join("runs");
        create_folder(&parent)?;
        // A runner that was killed leaves its folder. No run takes a day.
        let yesterday = SystemTime::now() - Duration::from_hours(24);
        for entry in std::fs::read_dir(&parent).into_iter().flatten().flatten() {
            if modified(&entry.path()).is_some_and(|time| time < yesterday) {
                // Whatever keeps it from being removed, the next runner tries again.
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
        TempDir::new_in(&parent).map_err(|source| LayError {
            path: parent,
            source,
        })
    }

    /// Lays out crates in a slot's workspace, and returns the workspace's folder. What is there already and
    /// equal stays untouched, so that cargo finds it fresh.
    ///
    /// # Errors
    ///
    /// If a file can't be written.
    pub fn lay<'p>(
        &self,
        slot: &Slot,
        plots: impl IntoIterator<Item = &'p Plot>,
        environment: &Environment,
    ) -> Result<PathBuf, LayError> {
        let plots: Vec<&Plot> = plots.into_iter().collect();
        let workspace = self.workspace(slot);
        let pen = Pen::new(&workspace)?;
        pen.settle_in(&workspace)?;
        // Stages of one project share a crate: their files come together in one folder.
        let mut crates: BTreeMap<&Path, BTreeMap<&Path, &[u8]>> = BTreeMap::new();
        for plot in &plots {
            let files = crates.entry(&plot.folder).or_default();
            for file in &plot.files {
                files.insert(&file.path, &file.bytes);
            }
        }
        let mut members: BTreeSet<String> = BTreeSet::new();
        for (folder, files) in &crates {
            members.insert(forward_slashes(folder));
            pen.replace_folder(&workspace.join(folder), files)?;
        }
        let course = &environment.course_root;
        let mut packages: Vec<&str> = plots.iter().map(|plot| plot.package.as_str()).collect();
        let helpers = helpers::needed(course, &environment.manifest, &environment.helpers, &plots);
        packages.extend(helpers.iter().map(|helper| helper.package.as_str()));
        for helper in &helpers {
            members.insert(forward_slashes(&helper.folder));
            let folder = workspace.join(&helper.folder);
            mirror(&course.join(&helper.folder), &folder)?;
            pen.write(&folder.join("Cargo.toml"), helper.manifest.as_bytes())?;
        }

        let manifest = manifest(environment, &members, &packages);
        let path = workspace.join("Cargo.toml");
        let changed = pen.write(&path, manifest.as_bytes())?;
        if changed {
            // Cargo reads it each time. Clippy only looks at its time, and would look at every crate again.
            let long_ago = SystemTime::UNIX_EPOCH + Duration::from_hours(262_968);
            set_modified(&path, long_ago)?;
        }
        // Cargo prunes the lock file to the members; other members start from the whole one again.
        let lock = workspace.join("Cargo.lock");
        if let Some(text) = &environment.lock {
            let seed = workspace.join(".lock-seed");
            if pen.write(&seed, text.as_bytes())? || changed || !lock.is_file() {
                pen.write(&lock, text.as_bytes())?;
            }
        }
        Ok(workspace)
    }

    /// Notes that a build has ended: whatever is written from now on is newer to cargo than what it has
    /// built, even if the clock is set back meanwhile.
    ///
    /// # Errors
    ///
    /// If the note can't be written.
    pub fn mark_built(&self, slot: &Slot) -> Result<(), LayError> {
        let workspace = self.workspace(slot);
        let stamp = workspace.join(STAMP);
        let before = modified(&stamp).unwrap_or(SystemTime::UNIX_EPOCH);
        std::fs::write(&stamp, b"").map_err(|source| LayError {
            path: stamp.clone(),
            source,
        })?;
        set_modified(&stamp, SystemTime::now().max(before))
    }
}

/// A place in the queue for a slot.
pub struct Turn {
    file: File,
    path: PathBuf,
}

impl Turn {
    /// Whether the slot is ours now.
    ///
    /// # Errors
    ///
    /// If the system can't tell. A file system without locks gives every runner its turn at once: there
    /// two runners in one desk can disturb each other.
    pub fn has_come(&mut self) -> Result<bool, LayError> {
        match self.file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(source)) if source.kind() == io::ErrorKind::Unsupported => {
                Ok(true)
            }
            Err(TryLockError::Error(source)) => Err(LayError {
                path: self.path.clone(),
                source,
            }),
        }
    }
}

const STAMP: &str = ".built";

const PLACE: &str = ".place";

/// Writes files whose modification time is later than the last build.
struct Pen {
    last_build: SystemTime,
}

impl Pen {
    fn new(workspace: &Path) -> Result<Self, LayError> {
        create_folder(workspace)?;
        let last_build = modified(&workspace.join(STAMP)).unwrap_or(SystemTime::UNIX_EPOCH);
        Ok(Pen { last_build })
    }

    /// Notes where the workspace lies. If that is not where it lay, every crate is taken away, to be written and
    /// compiled anew: a compiled test knows by its whole path where its package's program is
    /// (`CARGO_BIN_EXE_…`), and cargo finds it fresh wherever it has gone.
    fn settle_in(&self, workspace: &Path) -> Result<(), LayError> {
        let note = workspace.join(PLACE);
        let has_been_noted = note.is_file();
        let place = workspace.as_os_str().as_encoded_bytes();
        if !self.write(&note, place)? || !has_been_noted {
            return Ok(());
        }
        for entry in std::fs::read_dir(workspace).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
                std::fs::remove_dir_all(&path).map_err(|source| LayError { path, source })?;
            }
        }
        Ok(())
    }

    /// Writes a file unless it has these bytes already; tells whether it did.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<bool, LayError> {
        if std::fs::read(path).is_ok_and(|present| present == bytes) {
            return Ok(false);
        }
        if let Some(parent) = path.parent() {
            create_folder(parent)?;
        }
        std::fs::write(path, bytes).map_err(|source| LayError {
            path: path.to_owned(),
            source,
        })?;
        let earliest = self.last_build + Duration::from_millis(10);
        if SystemTime::now() < earliest {
            set_modified(path, earliest)?;
        }
        Ok(true)
    }

    /// Makes a folder hold exactly these files.
    fn replace_folder(
        &self,
        folder: &Path,
        files: &BTreeMap<&Path, &[u8]>,
    ) -> Result<(), LayError> {
        for entry in WalkDir::new(folder).into_iter().flatten() {
            let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            if !entry.file_type().is_dir() && !files.contains_key(relative) {
                remove_file(entry.path())?;
            }
        }
        for (path, bytes) in files {
            let path = folder.join(path);
            // Where a folder stood and a file is wanted now, or the other way round.
            if path.is_dir() {
                let at = |source| LayError {
                    path: path.clone(),
                    source,
                };
                std::fs::remove_dir_all(&path).map_err(at)?;
            }
            self.write(&path, bytes)?;
        }
        Ok(())
    }
}

/// Copies a helper crate with its times, so that cargo finds it as fresh as the original in every slot.
fn mirror(from: &Path, to: &Path) -> Result<(), LayError> {
    for entry in WalkDir::new(from).into_iter().flatten() {
        if !entry.file_type().is_file() {
            continue;
        }
        let relative = entry.path().strip_prefix(from).unwrap_or(entry.path());
        // Written apart: it depends on what is asked for.
        if relative == Path::new("Cargo.toml") {
            continue;
        }
        let path = to.join(relative);
        let time = modified(entry.path());
        if time.is_some() && modified(&path) == time {
            continue;
        }
        if let Some(parent) = path.parent() {
            create_folder(parent)?;
        }
        std::fs::copy(entry.path(), &path).map_err(|source| LayError {
            path: path.clone(),
            source,
        })?;
        if let Some(time) = time {
            set_modified(&path, time)?;
        }
    }
    Ok(())
}

fn modified(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path)
        .and_then(|data| data.modified())
        .ok()
}

fn set_modified(path: &Path, time: SystemTime) -> Result<(), LayError> {
    let file = File::options().write(true).open(path);
    let set = file.and_then(|file| file.set_modified(time));
    set.map_err(|source| LayError {
        path: path.to_owned(),
        source,
    })
}

fn create_folder(path: &Path) -> Result<(), LayError> {
    std::fs::create_dir_all(path).map_err(|source| LayError {
        path: path.to_owned(),
        source,
    })
}

fn remove_file(path: &Path) -> Result<(), LayError> {
    std::fs::remove_file(path).map_err(|source| LayError {
        path: path.to_owned(),
        source,
    })
}

pub(super) fn forward_slashes(path: &Path) -> String {
    let parts = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}
