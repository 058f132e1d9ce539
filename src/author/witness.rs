//! Whether anything has changed that a proof of an exercise looks at, told from all bytes in its folders.
//!
//! To read every candidate and look at it takes longer than anything else where nothing has to be judged. So an
//! exercise whose folders are as they were when it was proven is not even read file by file for its candidates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use walkdir::WalkDir;

use crate::candidate::{Environment, Hasher, SERVERS};
use crate::course::{Exercise, ExerciseKind};

/// Exercise → all that a proof of it looks at.
#[derive(Debug, Default)]
pub struct Witnesses(BTreeMap<String, String>);

impl Witnesses {
    /// Looks at the folders of these exercises. One with a file that can't be read has no witness.
    pub fn look(root: &Path, exercises: &[Arc<Exercise>], environment: &Environment) -> Self {
        let Some(shared) = shared(environment) else {
            return Witnesses::default();
        };
        let folders: BTreeSet<PathBuf> = exercises.iter().flat_map(|it| folders_of(it)).collect();
        let hashed = hash_all(root, folders);
        let mut witnesses = BTreeMap::new();
        for exercise in exercises {
            let own: Option<Vec<&String>> = (folders_of(exercise).iter())
                .map(|folder| hashed.get(folder))
                .collect();
            let Some(own) = own else { continue };
            let mut hasher = Hasher::default();
            hasher.part("shared", shared.as_bytes());
            for bytes in own {
                hasher.part("folder", bytes.as_bytes());
            }
            // The order of stages is the curriculum's.
            let mut stage = Some(exercise.as_ref());
            while let Some(it) = stage {
                hasher.part("stage", it.id.as_bytes());
                stage = it.before.as_deref();
            }
            hasher.part("last", &[u8::from(exercise.is_last)]);
            witnesses.insert(exercise.id.clone(), hasher.finish().as_str().to_owned());
        }
        Witnesses(witnesses)
    }

    /// The witness of an exercise.
    pub fn get(&self, exercise: &str) -> Option<&str> {
        self.0.get(exercise).map(String::as_str)
    }
}

/// What all proofs have in common: toolchain, workspace and helpers; this program, whose version says too little
/// while it is being worked on; and servers that tests may ask.
fn shared(environment: &Environment) -> Option<String> {
    let program = std::env::current_exe().ok()?.metadata().ok()?;
    let mut hasher = Hasher::default();
    hasher.part("environment", environment.fingerprint.as_str().as_bytes());
    hasher.part("size", &program.len().to_le_bytes());
    hasher.part("made", format!("{:?}", program.modified().ok()?).as_bytes());
    for name in SERVERS {
        if let Some(value) = std::env::var_os(name) {
            hasher.part(name, value.as_encoded_bytes());
        }
    }
    Some(hasher.finish().as_str().to_owned())
}

/// The folders that an exercise's proof reads. A stage's has to do with all stages of its project.
fn folders_of(exercise: &Exercise) -> [PathBuf; 2] {
    let solution = exercise.solution_folder();
    match exercise.kind {
        ExerciseKind::Drill => [exercise.folder.clone(), solution],
        ExerciseKind::Stage => {
            let project = solution.ancestors().nth(2).unwrap_or(&solution);
            [exercise.crate_folder.clone(), project.to_owned()]
        }
    }
}

/// Folder → a hash of all that is in it, for those that can be read.
fn hash_all(root: &Path, folders: BTreeSet<PathBuf>) -> BTreeMap<PathBuf, String> {
    let left = Mutex::new(folders.into_iter());
    let hashed = Mutex::new(BTreeMap::new());
    let work = || {
        // The lock is let go of before a file is read.
        while let Some(folder) = { left.lock().map_or(None, |mut left| left.next()) } {
            if let Some(hash) = hash(&root.join(&folder))
                && let Ok(mut hashed) = hashed.lock()
            {
                hashed.insert(folder, hash);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..thread::available_parallelism().map_or(1, usize::from) {
            // Without it this takes longer.
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    hashed.into_inner().unwrap_or_default()
}

fn hash(folder: &Path) -> Option<String> {
    let mut hasher = Hasher::default();
    // What is built there is no part of any candidate.
    let entries = WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() != 1 || entry.file_name() != "target");
    for entry in entries {
        let entry = entry.ok()?;
        let inside = entry.path().strip_prefix(folder).ok()?;
        if entry.file_type().is_file() {
            hasher.file(inside, &std::fs::read(entry.path()).ok()?);
        } else {
            // A folder with nothing in it may be an alternative or a mutant that has to be somewhere.
            hasher.file(inside, b"");
        }
    }
    Some(hasher.finish().as_str().to_owned())
}
