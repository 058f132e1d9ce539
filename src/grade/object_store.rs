//! Object code of what tests submissions, and programs that hold sealed tests, kept between runs: whoever grades one
//! submission at a time would compile them anew each time.
//!
//! Architecture invariant: only what was compiled from the course's files comes in here, and no box can write to it.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::bench::Bench;
use crate::candidate::{CandidateFile, Hasher};
use crate::engine::Asked;

/// A folder of object code: below it one for each exercise, and there one for each program.
#[derive(Debug)]
pub struct ObjectStore {
    folder: PathBuf,
    /// The workshop: what in it has been linked may be built anew.
    workshop: PathBuf,
    /// This program, as it is.
    program: String,
}

/// Object code on disk, and how it is linked.
pub struct StoredObjects {
    /// Where it lies.
    pub folder: PathBuf,
    /// How it is linked.
    pub asked: Asked,
    /// The folders of the examination that it was compiled in, as the arguments name them.
    pub from: String,
}

/// What is known of object code besides how it is linked.
#[derive(Debug, Serialize, Deserialize)]
struct Origin {
    /// Of the exercise and this program: what has another one is of no use any longer.
    age: String,
    from: String,
    /// Files of the workshop that it is linked with, and what they were like.
    inputs: Vec<(PathBuf, String)>,
}

/// A folder of the store on its way: it is moved into its place when it is whole.
struct Entry {
    unfinished: TempDir,
    folder: PathBuf,
}

const ORIGIN: &str = "origin.json";

/// A program, where it was kept whole.
const PROGRAM: &str = "program";

/// Compiled dependencies, below the workshop's folder.
pub const DEPENDENCIES: &str = "dependencies";

/// A program that uses a submission's library, as it is compiled for the course's own.
#[derive(Debug, Clone, Copy)]
pub struct Made<'f> {
    /// The files of the library that it is compiled against: with hollow bodies, or a stub's.
    pub library: &'f [CandidateFile],
    /// Which program of the exercise: its folder in an examination, or which of its sealed tests.
    pub out: &'f str,
    /// Its tests prove that they ended.
    pub proves: bool,
}

impl ObjectStore {
    /// Below the workshop's folder.
    pub fn new(workshop: &Path) -> Self {
        let me = std::env::current_exe().unwrap_or_default();
        ObjectStore {
            folder: workshop.join("objects"),
            workshop: workshop.to_owned(),
            program: format!("{} {}", me.display(), like(&me).unwrap_or_default()),
        }
    }

    /// What was kept of a program, if that is still what would be compiled.
    pub fn find(&self, bench: &Bench, made: Made<'_>) -> Option<StoredObjects> {
        let folder = self.place(bench, made);
        let origin = self.origin(bench, &folder)?;
        let asked = Asked::read(&folder)?;
        let inside = folder.display().to_string();
        let mut own = asked.arguments.iter().filter(|it| it.starts_with(&inside));
        let is_whole = own.all(|path| Path::new(path).exists());
        is_whole.then_some(StoredObjects {
            folder,
            asked,
            from: origin.from,
        })
    }

    /// Keeps a program's object code, which lies in this folder, in place of what was kept of the exercise as it was.
    ///
    /// # Errors
    ///
    /// If files can't be copied.
    pub fn keep(
        &self,
        bench: &Bench,
        made: Made<'_>,
        (kept, asked): (&Path, &Asked),
        from: &Path,
    ) -> io::Result<StoredObjects> {
        let entry = self.begin(bench, made)?;
        let folder = entry.folder.clone();
        let (was, is) = (kept.display().to_string(), folder.display().to_string());
        let mut arguments = Vec::new();
        for argument in &asked.arguments {
            let Some(name) = argument.strip_prefix(&was) else {
                arguments.push(argument.clone());
                continue;
            };
            let name = name.trim_start_matches('/');
            std::fs::copy(kept.join(name), entry.unfinished.path().join(name))?;
            arguments.push(format!("{is}/{name}"));
        }
        let inputs = asked.arguments.iter().map(PathBuf::from);
        let inputs = inputs.filter(|path| path.starts_with(&self.workshop));
        let asked = Asked {
            arguments,
            path: asked.path.clone(),
        };
        asked.write(entry.unfinished.path())?;
        open_to_readers(entry.unfinished.path())?;
        self.finish(bench, &entry, from, inputs)?;
        Ok(StoredObjects {
            folder,
            asked,
            from: from.display().to_string(),
        })
    }

    /// Where a program lies that was kept whole, if it is still what would be compiled.
    pub fn program(&self, bench: &Bench, made: Made<'_>) -> Option<PathBuf> {
        let folder = self.place(bench, made);
        self.origin(bench, &folder)?;
        Some(folder.join(PROGRAM)).filter(|path| path.is_file())
    }

    /// Keeps a program whole.
    ///
    /// # Errors
    ///
    /// If files can't be copied.
    pub fn keep_program(&self, bench: &Bench, made: Made<'_>, program: &Path) -> io::Result<()> {
        let entry = self.begin(bench, made)?;
        std::fs::copy(program, entry.unfinished.path().join(PROGRAM))?;
        // What of them it has in it, nobody has noted.
        let dependencies = std::fs::read_dir(self.workshop.join(DEPENDENCIES))?;
        let inputs = dependencies.flatten().map(|entry| entry.path());
        self.finish(bench, &entry, Path::new(""), inputs)
    }

    /// What is known of a folder of this store, if it is of now.
    fn origin(&self, bench: &Bench, folder: &Path) -> Option<Origin> {
        let origin = std::fs::read(folder.join(ORIGIN)).ok()?;
        let origin: Origin = serde_json::from_slice(&origin).ok()?;
        let is_as_it_was = |(path, was): &(PathBuf, String)| like(path).as_ref() == Some(was);
        let is_of_now = origin.age == self.age(bench) && origin.inputs.iter().all(is_as_it_was);
        is_of_now.then_some(origin)
    }

    fn begin(&self, bench: &Bench, made: Made<'_>) -> io::Result<Entry> {
        let folder = self.place(bench, made);
        let of_exercise = folder.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(of_exercise)?;
        forget_older(of_exercise, &self.age(bench))?;
        Ok(Entry {
            unfinished: TempDir::with_prefix_in(".", of_exercise)?,
            folder,
        })
    }

    fn finish(
        &self,
        bench: &Bench,
        entry: &Entry,
        from: &Path,
        inputs: impl Iterator<Item = PathBuf>,
    ) -> io::Result<()> {
        let inputs = inputs.filter_map(|path| like(&path).map(|like| (path, like)));
        let origin = Origin {
            age: self.age(bench),
            from: from.display().to_string(),
            inputs: inputs.collect(),
        };
        let unfinished = entry.unfinished.path();
        std::fs::write(unfinished.join(ORIGIN), serde_json::to_vec(&origin)?)?;
        // Somebody else may have been sooner, or it is there and was of no use.
        let _ = std::fs::remove_dir_all(&entry.folder);
        std::fs::rename(unfinished, &entry.folder)
    }

    fn place(&self, bench: &Bench, made: Made<'_>) -> PathBuf {
        let mut hasher = Hasher::default();
        hasher.part("age", self.age(bench).as_bytes());
        hasher.part("out", made.out.as_bytes());
        hasher.part("proves", &[u8::from(made.proves)]);
        for file in made.library {
            hasher.file(&file.path, &file.bytes);
        }
        // Which dependencies it is linked with, and with which features, is up to what else was asked for.
        let tests = bench.all_tests().map(|test| &test.call);
        for argument in [&bench.library]
            .into_iter()
            .chain(tests)
            .flat_map(|call| &call.arguments)
        {
            hasher.part("argument", argument.as_bytes());
        }
        let name = hasher.finish().as_str()[..32].to_owned();
        self.folder.join(&bench.exercise.id).join(name)
    }

    /// Everything of the exercise's that tests are compiled from, the compiler and this program.
    fn age(&self, bench: &Bench) -> String {
        format!("{} {}", bench.reference.fingerprint, self.program)
    }
}

/// What a file is like, without reading it; nothing, if it is not there.
fn like(path: &Path) -> Option<String> {
    let data = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
    let changed = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {}", data.len(), changed.as_nanos()))
}

/// Who links may be another user.
fn open_to_readers(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::fs::{Permissions, set_permissions};
        use std::os::unix::fs::PermissionsExt as _;
        for entry in std::fs::read_dir(folder)? {
            set_permissions(entry?.path(), Permissions::from_mode(0o644))?;
        }
        set_permissions(folder, Permissions::from_mode(0o755))?;
    }
    let _ = folder;
    Ok(())
}

fn forget_older(of_exercise: &Path, age: &str) -> io::Result<()> {
    for entry in std::fs::read_dir(of_exercise)?.flatten() {
        let origin = std::fs::read(entry.path().join(ORIGIN)).unwrap_or_default();
        let is_older = |origin: Origin| origin.age != age;
        if serde_json::from_slice(&origin).is_ok_and(is_older) {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}
