//! Reads the files of a candidate from disk, once.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;
use walkdir::WalkDir;

use super::stage;
use super::{Baseline, Candidate, CandidateFile, Environment, SERVERS, Slot};
use crate::course::{Exercise, ExerciseKind, MUTANTS, Solution, quiz, review};

/// Where files come from.
#[derive(Debug, Clone)]
pub struct Sources {
    /// The course: manifests, tests, data. In a clone this is the clone itself.
    pub pristine: PathBuf,
    /// The learner's files.
    pub owned: PathBuf,
    /// The starters.
    pub starter: PathBuf,
}

/// Why a candidate could not be read.
#[derive(Debug, Error)]
pub enum GatherError {
    /// A file or folder is there but can't be read.
    #[error("read `{}`", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The course itself lacks the exercise's crate.
    #[error("find the exercise's files in `{}`; the course is damaged: make the desk again with `workbook init`", path.display())]
    NoCrate {
        /// Where they should be.
        path: PathBuf,
    },
}

impl Candidate {
    /// The learner's files as they are now.
    ///
    /// # Errors
    ///
    /// If a file can't be read, or the course's part is not there.
    pub fn mine(
        exercise: &Arc<Exercise>,
        sources: &Sources,
        environment: &Environment,
    ) -> Result<Self, GatherError> {
        let pristine = &sources.pristine;
        let mine = if sources.owned == *pristine {
            // One folder has both, and is read once.
            let folder = crate_in(exercise, pristine)?;
            let wanted = |path: &Path| exercise.owns(path) || belongs(exercise, path);
            let files = walk(&folder, &[TARGET, STAGES], wanted)?;
            let (owned, others) = files.into_iter().partition(|it| exercise.owns(&it.path));
            Self::of_files(exercise, Slot::Mine, pristine, (owned, others), environment)?
        } else {
            let owned = owned_files(exercise, &sources.owned.join(&exercise.crate_folder))?;
            Self::with_owned(exercise, Slot::Mine, pristine, owned, environment)?
        };
        if exercise.ratios.is_empty() {
            return Ok(mine);
        }
        let starter = owned_files(exercise, &sources.starter.join(&exercise.crate_folder))?;
        Ok(mine.beside("starter", starter, environment))
    }

    /// The exercise with these owned files.
    ///
    /// # Errors
    ///
    /// As [`Candidate::mine`].
    pub fn with_owned(
        exercise: &Arc<Exercise>,
        slot: Slot,
        pristine: &Path,
        owned: Vec<CandidateFile>,
        environment: &Environment,
    ) -> Result<Self, GatherError> {
        let folder = crate_in(exercise, pristine)?;
        let others = walk(&folder, &[TARGET, STAGES], |path| {
            !exercise.owns(path) && belongs(exercise, path)
        })?;
        Self::of_files(exercise, slot, pristine, (owned, others), environment)
    }

    /// The exercise with these owned files, and with these of its crate besides.
    fn of_files(
        exercise: &Arc<Exercise>,
        slot: Slot,
        pristine: &Path,
        (owned, others): (Vec<CandidateFile>, Vec<CandidateFile>),
        environment: &Environment,
    ) -> Result<Self, GatherError> {
        let mut missing = Vec::new();
        let root = Path::new("src/lib.rs");
        let is_program = exercise.owned.iter().any(|glob| glob == "src/main.rs");
        if exercise.owns(root) && !is_program && !owned.iter().any(|file| file.path == root) {
            missing.push(exercise.crate_folder.join(root));
        }
        for glob in exercise
            .owned
            .iter()
            .filter(|glob| !glob.contains(['*', '?', '[', '{']))
        {
            let path = Path::new(glob);
            if path != root && !owned.iter().any(|file| file.path == path) {
                missing.push(exercise.crate_folder.join(path));
            }
        }
        let mut files = owned;
        files.extend(others);
        if exercise.folder != exercise.crate_folder {
            stage::add_own_files(exercise, &pristine.join(&exercise.folder), &mut files)?;
            // A stage's keys lie with its questions, outside of the crate that it shares.
            for name in [quiz::KEY, review::KEY] {
                let path = pristine.join(&exercise.folder).join(name);
                if path.is_file() {
                    files.push(CandidateFile {
                        path: name.into(),
                        bytes: read(&path)?,
                    });
                }
            }
        }
        let mut candidate = Candidate {
            exercise: Arc::clone(exercise),
            slot,
            files,
            tests: exercise.tests.clone(),
            baselines: Vec::new(),
            missing,
            fingerprint: environment.fingerprint.clone(),
        };
        let manifest = pristine.join(&exercise.folder).join("exercise.toml");
        let manifest = read(&manifest)?;
        candidate.seal(environment, &manifest);
        Ok(candidate)
    }

    /// The same tests on other files, for an exercise that differs from this one's in its limits or checks.
    #[must_use]
    pub fn with_files(
        &self,
        exercise: &Arc<Exercise>,
        slot: Slot,
        files: Vec<CandidateFile>,
        environment: &Environment,
    ) -> Self {
        let mut candidate = Candidate {
            exercise: Arc::clone(exercise),
            slot,
            files,
            tests: self.tests.clone(),
            baselines: Vec::new(),
            missing: self.missing.clone(),
            fingerprint: environment.fingerprint.clone(),
        };
        candidate.seal(environment, self.fingerprint.as_str().as_bytes());
        candidate
    }

    /// Adds files to measure beside.
    #[must_use]
    pub fn beside(
        mut self,
        name: &str,
        files: Vec<CandidateFile>,
        environment: &Environment,
    ) -> Self {
        let before = self.fingerprint.clone();
        self.baselines.push(Baseline {
            name: name.to_owned(),
            files,
        });
        self.seal(environment, before.as_str().as_bytes());
        self
    }

    /// Adds the hidden tests of a solution, for grading and proving.
    ///
    /// # Errors
    ///
    /// If a hidden test's file can't be read.
    pub fn with_hidden(
        mut self,
        course_root: &Path,
        solution: &Solution,
        environment: &Environment,
    ) -> Result<Self, GatherError> {
        let folder = course_root.join(&solution.folder).join("hidden");
        for mut file in walk(&folder, &[TARGET], |_| true)? {
            file.path = Path::new("tests").join(file.path);
            self.files.push(file);
        }
        self.tests.extend(solution.hidden.iter().cloned());
        let before = self.fingerprint.clone();
        self.seal(environment, before.as_str().as_bytes());
        Ok(self)
    }

    fn seal(&mut self, environment: &Environment, manifest: &[u8]) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut hasher = environment.hasher();
        hasher.part("exercise.toml", manifest);
        for file in &self.files {
            hasher.file(&file.path, &file.bytes);
        }
        // With a server and without one, a test that can use it checks different things.
        for name in SERVERS {
            let is_named = |file: &CandidateFile| {
                let mut windows = file.bytes.windows(name.len());
                windows.any(|bytes| bytes == name.as_bytes())
            };
            if let Some(value) = std::env::var_os(name).filter(|_| self.files.iter().any(is_named))
            {
                hasher.part(name, value.as_encoded_bytes());
            }
        }
        for baseline in &self.baselines {
            hasher.part("baseline", baseline.name.as_bytes());
            for file in &baseline.files {
                hasher.file(&file.path, &file.bytes);
            }
        }
        self.fingerprint = hasher.finish();
    }
}

/// The learner's files in a crate's folder. None, if the folder is not there.
///
/// # Errors
///
/// If something is there but can't be read.
pub fn owned_files(exercise: &Exercise, folder: &Path) -> Result<Vec<CandidateFile>, GatherError> {
    walk(folder, &[TARGET], |path| exercise.owns(path))
}

/// Build output can be huge, and never takes part.
pub(super) const TARGET: &str = "target";

/// What lies beside a project's crate, and is read for each stage apart.
const STAGES: &str = "stages";

fn crate_in(exercise: &Exercise, root: &Path) -> Result<PathBuf, GatherError> {
    let path = root.join(&exercise.crate_folder);
    if path.join("Cargo.toml").is_file() {
        Ok(path)
    } else {
        Err(GatherError::NoCrate { path })
    }
}

/// Whether a file of the crate's folder takes part in the exercise. Statements do not, so that a
/// mended typing error in them costs no learner a verdict; nor do a stage's neighbours.
fn belongs(exercise: &Exercise, path: &Path) -> bool {
    let first = path
        .components()
        .next()
        .map(std::path::Component::as_os_str);
    if first.is_some_and(|name| name == TARGET || name == STAGES) {
        return false;
    }
    // Those of a stage lie in its own folder.
    if exercise.kind == ExerciseKind::Stage && path.starts_with(MUTANTS) {
        return false;
    }
    if path == Path::new("README.md") || path == Path::new("exercise.toml") {
        return false;
    }
    let is_test_root = path.parent() == Some(Path::new("tests"));
    if exercise.kind == ExerciseKind::Stage && is_test_root {
        let target = path.file_stem().unwrap_or_default();
        let workload = exercise.workload();
        return exercise.tests.iter().any(|test| *target == *test.target)
            || workload.is_some_and(|workload| *target == *workload.target);
    }
    true
}

/// Regular files below a folder that `wanted` takes, with paths relative to it, sorted. Folders right below it that have one
/// of the names to `skip` are not looked into.
pub(super) fn walk(
    folder: &Path,
    skip: &[&str],
    wanted: impl Fn(&Path) -> bool,
) -> Result<Vec<CandidateFile>, GatherError> {
    let mut files = Vec::new();
    if !folder.exists() {
        return Ok(files);
    }
    let entries = WalkDir::new(folder).sort_by_file_name().into_iter();
    let is_skipped = |name: &std::ffi::OsStr| skip.iter().any(|skipped| name == *skipped);
    let entries =
        entries.filter_entry(|entry| entry.depth() != 1 || !is_skipped(entry.file_name()));
    for entry in entries {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).to_owned();
            GatherError::Unreadable {
                path,
                source: error.into(),
            }
        })?;
        let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        if entry.file_type().is_file() && wanted(path) {
            let bytes = read(entry.path())?;
            files.push(CandidateFile {
                path: path.to_owned(),
                bytes,
            });
        }
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<u8>, GatherError> {
    std::fs::read(path).map_err(|source| GatherError::Unreadable {
        path: path.to_owned(),
        source,
    })
}
