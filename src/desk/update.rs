//! Takes a new version of the course into a made desk. What the learner wrote stays, where it is or, if the
//! exercise has moved, where it is now.
//!
//! Everything is decided before anything is written, and each step can be repeated: an update that was killed
//! half-way is finished by the next one.

mod error;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::files::{draft_in, exchange, write_whole};
use super::{CourseSource, Desk, DeskKind, EditionError, made_course, origin, workspace_manifest};
use crate::candidate::{Environment, owned_files};
use crate::course::{self, Course, Exercise};

pub use error::UpdateError;

/// A new version of the course, and what taking it would do.
pub struct Update {
    /// The new version.
    pub version: String,
    /// Ids that are new.
    pub added: Vec<String>,
    /// Ids that are gone. The learner's files of them stay, if there was anything of his in them.
    pub removed: Vec<String>,
    /// Exercises, by their new ids, that ask or check something else than before.
    pub changed: Vec<String>,
    /// Exercises whose start has changed, and where the learner's own files stay all the same.
    pub kept: Vec<String>,
    /// Files of the course that the learner had changed, by where they are kept now.
    pub set_aside: Vec<PathBuf>,
    /// The course is the desk's, byte for byte.
    pub is_same: bool,
    writes: BTreeMap<PathBuf, Vec<u8>>,
    deletes: BTreeSet<PathBuf>,
    draft: tempfile::TempDir,
    record: String,
}

/// Files by their path in the course.
type Files = BTreeMap<PathBuf, Vec<u8>>;

impl Update {
    /// Looks at the course in `source`. Writes nothing but a draft that goes away again.
    ///
    /// # Errors
    ///
    /// If there is no course that the desk could take.
    pub fn look(
        desk: &Desk,
        old: &Course,
        source: &CourseSource,
        named: bool,
    ) -> Result<Update, UpdateError> {
        let path = desk.root.clone();
        if desk.kind == DeskKind::Clone {
            return Err(UpdateError::Clone { path });
        }
        let (before, after) = (
            CourseSource::Folder(desk.course_root()).learner_part()?,
            source.learner_part().map_err(|error| match error {
                EditionError::NoCourse { path } if !named => UpdateError::Gone { path },
                other => UpdateError::Edition(other),
            })?,
        );
        let state = desk.state();
        let draft = draft_in(&state).map_err(fail(&state))?;
        for (path, bytes) in &after {
            let path = draft.path().join(path);
            write_whole(&path, bytes).map_err(fail(&path))?;
        }
        let new = course::load(draft.path())?;
        refuse(old, &new)?;
        let environment = Environment::look(draft.path(), &desk.root)?;
        let has = |course: &Course, id: &str| course.find(id).is_some();
        let ids = |of: &Course, other: &Course| -> Vec<String> {
            let ids = of.exercises.iter().map(|exercise| &exercise.id);
            ids.filter(|id| !has(other, id)).cloned().collect()
        };
        let is_renamed = |id: &String| old.exercises.iter().any(|e| new.resolve(&e.id) == id);
        let mut update = Update {
            version: new.version.clone(),
            added: ids(&new, old)
                .into_iter()
                .filter(|id| !is_renamed(id))
                .collect(),
            removed: ids(old, &new),
            changed: Vec::new(),
            kept: Vec::new(),
            set_aside: Vec::new(),
            is_same: before == after,
            writes: Files::new(),
            deletes: BTreeSet::new(),
            draft,
            record: origin::record(&new, source),
        };
        if update.is_same {
            return Ok(update);
        }
        update.plan(desk, old, &new, (&before, &after))?;
        let manifest = workspace_manifest(&environment, &new);
        update.writes.insert("Cargo.toml".into(), manifest.into());
        Ok(update)
    }

    fn plan(
        &mut self,
        desk: &Desk,
        old: &Course,
        new: &Course,
        (before, after): (&Files, &Files),
    ) -> Result<(), UpdateError> {
        let mut crates: BTreeMap<&Path, Crate<'_>> = BTreeMap::new();
        for exercise in &new.exercises {
            let was = old
                .exercises
                .iter()
                .find(|was| new.resolve(&was.id) == exercise.id);
            let folder = exercise.crate_folder.as_path();
            let of = crates.entry(folder).or_default();
            of.was = of.was.or(was.map(|was| was.crate_folder.as_path()));
            of.exercises.push(exercise);
            if was.is_some_and(|was| differs(was, exercise, before, after)) {
                self.changed.push(exercise.id.clone());
            }
        }
        // Where the learner's own files stay or go to; nothing below takes them away.
        let mut own = BTreeSet::new();
        for (folder, of) in &crates {
            own.extend(self.plan_crate(desk, folder, of, before, after)?);
        }
        let owner = |path: &Path| {
            crates.iter().any(|(folder, of)| {
                let inside = path.strip_prefix(folder);
                inside.is_ok_and(|inside| of.exercises.iter().any(|one| one.owns(inside)))
            })
        };
        for (path, bytes) in after.iter().filter(|(path, _)| !owner(path)) {
            let mine = std::fs::read(desk.root.join(path)).ok();
            let is_own = |mine: &Vec<u8>| mine != bytes && before.get(path) != Some(mine);
            // Cargo rewrites the lock file, and nobody else has anything in it.
            if mine.as_ref().is_some_and(is_own) && path.components().count() > 1 {
                self.set_aside.push(path.clone());
            }
            if mine.as_ref() != Some(bytes) {
                self.writes.insert(path.clone(), bytes.clone());
            }
        }
        for (path, bytes) in before {
            let is_same = std::fs::read(desk.root.join(path)).is_ok_and(|mine| mine == *bytes);
            if !after.contains_key(path) && !own.contains(path) && is_same {
                self.deletes.insert(path.clone());
            }
        }
        Ok(())
    }

    /// The owned files of a crate: the new start if nothing of the learner's is in the old one, and otherwise
    /// the learner's as they are. Returns where those are.
    fn plan_crate(
        &mut self,
        desk: &Desk,
        folder: &Path,
        of: &Crate<'_>,
        before: &Files,
        after: &Files,
    ) -> Result<BTreeSet<PathBuf>, UpdateError> {
        let was = of.was.unwrap_or(folder);
        let mut mine = Files::new();
        // What an update that was killed has moved already is the newer.
        for place in [was, folder] {
            for exercise in &of.exercises {
                for file in owned_files(exercise, &desk.root.join(place))? {
                    mine.insert(file.path, file.bytes);
                }
            }
        }
        let start = |files: &Files, folder: &Path| -> Files {
            let inside = |(path, bytes): (&PathBuf, &Vec<u8>)| {
                let inside = path.strip_prefix(folder).ok()?;
                let is_owned = of.exercises.iter().any(|one| one.owns(inside));
                is_owned.then(|| (inside.to_owned(), bytes.clone()))
            };
            files.iter().filter_map(inside).collect()
        };
        let (old_start, new_start) = (start(before, was), start(after, folder));
        // An update that was killed leaves some files of either.
        let is_start = mine.iter().all(|(path, bytes)| {
            [&old_start, &new_start]
                .iter()
                .any(|s| s.get(path) == Some(bytes))
        });
        let lacks = |path: &PathBuf| new_start.contains_key(path) && !mine.contains_key(path);
        if is_start && !old_start.keys().any(lacks) {
            for (path, bytes) in &new_start {
                self.writes.insert(folder.join(path), bytes.clone());
            }
            let gone = old_start.keys().map(|path| was.join(path));
            let stays = |path: &PathBuf| self.writes.contains_key(path);
            let gone: Vec<PathBuf> = gone.filter(|path| !stays(path)).collect();
            self.deletes.extend(gone);
            return Ok(BTreeSet::new());
        }
        if old_start != new_start {
            let ids = of.exercises.iter().map(|exercise| exercise.id.clone());
            self.kept.extend(ids);
        }
        // A file that the course did not have before: nothing of the learner's uses it yet.
        let is_new = |path: &PathBuf| !old_start.contains_key(path) && !mine.contains_key(path);
        for (path, bytes) in new_start.iter().filter(|(path, _)| is_new(path)) {
            self.writes.insert(folder.join(path), bytes.clone());
        }
        if was != folder {
            for (path, bytes) in &mine {
                self.writes.insert(folder.join(path), bytes.clone());
                self.deletes.insert(was.join(path));
            }
        }
        Ok(mine.keys().map(|path| folder.join(path)).collect())
    }

    /// Takes the new version.
    ///
    /// # Errors
    ///
    /// If something can't be written; what was written by then is right, and the next update does the rest.
    pub fn take(mut self, desk: &Desk) -> Result<Update, UpdateError> {
        if !self.set_aside.is_empty() {
            let folder = backup_folder(desk);
            for path in &mut self.set_aside {
                let mine = desk.root.join(&*path);
                let kept = folder.join(&*path);
                let bytes = std::fs::read(&mine).map_err(fail(&mine))?;
                write_whole(&kept, &bytes).map_err(fail(&kept))?;
                kept.strip_prefix(&desk.root)
                    .unwrap_or(&kept)
                    .clone_into(path);
            }
        }
        for (path, bytes) in &self.writes {
            let path = desk.root.join(path);
            write_whole(&path, bytes).map_err(fail(&path))?;
        }
        for path in &self.deletes {
            let path = desk.root.join(path);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(fail(&path)(error));
                }
                _ => {}
            }
            // Empty folders go too; one that is not empty refuses.
            let inside = path.ancestors().skip(1);
            for folder in inside.take_while(|folder| *folder != desk.root) {
                if std::fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
        // Last, for by the old course it is known what is the learner's.
        if !self.is_same {
            let course = made_course(&desk.root);
            exchange(self.draft.path(), &course).map_err(fail(&course))?;
        }
        let record = desk.root.join(origin::FILE);
        write_whole(&record, self.record.as_bytes()).map_err(fail(&record))?;
        Ok(self)
    }
}

/// A crate of the new course.
#[derive(Default)]
struct Crate<'c> {
    exercises: Vec<&'c Exercise>,
    /// Where it was before, if it was.
    was: Option<&'c Path>,
}

fn refuse(old: &Course, new: &Course) -> Result<(), UpdateError> {
    if old.id != new.id {
        let (own, other) = (old.id.clone(), new.id.clone());
        return Err(UpdateError::Other { own, other });
    }
    let numbers = |version: &str| -> Vec<u32> {
        let numbers = version.split('.').map(str::parse);
        numbers.map(Result::unwrap_or_default).collect()
    };
    if numbers(&new.version) < numbers(&old.version) {
        let (own, found) = (old.version.clone(), new.version.clone());
        return Err(UpdateError::Older { own, found });
    }
    Ok(())
}

/// Whether anything but the start of an exercise differs.
fn differs(was: &Exercise, is: &Exercise, before: &Files, after: &Files) -> bool {
    let rest = |exercise: &Exercise, files: &Files| -> Files {
        let mut rest = Files::new();
        for root in [&exercise.crate_folder, &exercise.folder] {
            for (path, bytes) in files {
                let Ok(inside) = path.strip_prefix(root) else {
                    continue;
                };
                let of_another_stage = *root != exercise.folder && is_of_stage(exercise, inside);
                if !exercise.owns(inside) && !of_another_stage {
                    rest.insert(inside.to_owned(), bytes.clone());
                }
            }
        }
        rest
    };
    rest(was, before) != rest(is, after)
}

/// Whether a file of a project's crate is about one of its stages, and not this one's.
fn is_of_stage(exercise: &Exercise, inside: &Path) -> bool {
    let is_test = inside.parent() == Some(Path::new("tests"))
        && !exercise.tests.iter().any(|test| {
            inside.file_stem().and_then(|name| name.to_str()) == Some(test.target.as_str())
        });
    inside.starts_with("stages") || is_test
}

/// A folder of its own for what this update sets aside.
fn backup_folder(desk: &Desk) -> PathBuf {
    let backups = desk.state().join("backups").join("updates");
    let mut number = 1;
    loop {
        let folder = backups.join(format!("{number:04}"));
        if !folder.exists() {
            return folder;
        }
        number += 1;
    }
}

fn fail(path: &Path) -> impl FnOnce(io::Error) -> UpdateError {
    let path = path.to_owned();
    move |source| UpdateError::Write { path, source }
}
