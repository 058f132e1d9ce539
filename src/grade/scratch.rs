//! The folders of one examination, and who may get into them.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::bench::Bench;
use super::cell::open_to_all;
use super::examine::ExamineError;
use super::together::together;
use crate::candidate::CandidateFile;

/// The folders of one examination. They go with it.
pub struct Scratch {
    pub folder: TempDir,
    /// What cargo would tell the compiler of this crate: where it lies, its programs, and what its build script wrote.
    pub variables: Vec<(String, String)>,
    /// What the course's build script writes into.
    pub generated: Option<PathBuf>,
    /// The submission's files.
    pub owned: Vec<CandidateFile>,
    /// Its tests prove that they ended.
    pub proves: bool,
    /// What is started in place of the linker.
    pub linker: Option<PathBuf>,
}

impl Scratch {
    /// With the tests as they are, or rewritten to prove that they ended.
    pub fn new(bench: &Bench, owned: &[CandidateFile], proves: bool) -> Result<Self, ExamineError> {
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| ExamineError::Io { path, source }
        };
        let temporary = std::env::temp_dir();
        let folder = TempDir::with_prefix("workbook-grade-").map_err(at(&temporary))?;
        set_mode(folder.path(), 0o711)?;
        let below = |name: &str| folder.path().join(name);
        let variable = |name: &str, path: &Path| (name.to_owned(), path.display().to_string());
        let mut variables = vec![variable("CARGO_MANIFEST_DIR", &below("crate"))];
        for (name, path) in programs(bench, &below(PROGRAMS)) {
            variables.push(variable(&format!("CARGO_BIN_EXE_{name}"), &path));
        }
        let generated = bench.script.as_ref().map(|_| below("generated/out"));
        variables.extend(generated.iter().map(|out| variable("OUT_DIR", out)));
        let scratch = Scratch {
            folder,
            variables,
            generated,
            owned: owned.to_vec(),
            proves,
            linker: None,
        };
        let mut folders = vec![
            "anchor".to_owned(),
            "crate".to_owned(),
            "with-tests".to_owned(),
            "lib".to_owned(),
            "answers".to_owned(),
            PROGRAMS.to_owned(),
        ];
        if scratch.generated.is_some() {
            folders.extend(["generated", "generated/out"].map(str::to_owned));
        }
        let whole = together(&bench.tests);
        let targets = || bench.tests.iter().chain(&whole);
        let all = targets().chain(bench.speeds.iter().map(|(_, test)| test));
        folders.extend(all.map(|test| format!("bin-{}", test.target)));
        for name in &folders {
            let path = scratch.path(name);
            std::fs::create_dir(&path).map_err(at(&path))?;
            let is_written = ["lib", "answers", PROGRAMS].contains(&name.as_str());
            if is_written || name.starts_with("bin-") || name.starts_with("generated") {
                open_to_all(&path).map_err(at(&path))?;
            }
        }
        for file in owned {
            // Both: a test may take the submission's file in by its path.
            for place in ["crate", "with-tests"] {
                write(&scratch.path(place).join(&file.path), &file.bytes)?;
            }
            if scratch.generated.is_some() {
                write(&scratch.path("generated").join(&file.path), &file.bytes)?;
            }
        }
        for file in &bench.beside {
            write(&scratch.path("with-tests").join(&file.path), &file.bytes)?;
            // The library may have parts that are the course's own, which the learner has seen too.
            if !of_tests(&file.path) {
                write(&scratch.path("crate").join(&file.path), &file.bytes)?;
            }
        }
        if let Some(script) = &bench.script {
            let copy = scratch.path("script");
            std::fs::copy(script, &copy).map_err(at(&copy))?;
            set_mode(&copy, 0o555)?;
        }
        for test in targets() {
            let path = format!("with-tests/tests/{}.rs", test.target);
            let source = if proves { &test.source } else { &test.pristine };
            write(&scratch.path(&path), source.as_bytes())?;
        }
        for (_, test) in &bench.speeds {
            // Speed is always measured in the submission's own process.
            let path = format!("with-tests/tests/{}.rs", test.target);
            write(&scratch.path(&path), test.source.as_bytes())?;
        }
        Ok(scratch)
    }

    /// A folder or file of it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The compiled library.
    pub fn library(&self, bench: &Bench) -> PathBuf {
        let name = format!("lib{}.rlib", bench.library.stem());
        self.path("lib").join(name)
    }

    /// The compiled programs of the submission, by the names that tests know them by.
    pub fn programs(&self, bench: &Bench) -> Vec<PathBuf> {
        let all = programs(bench, &self.path(PROGRAMS));
        all.map(|(_, path)| path).collect()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), ExamineError> {
        write(&self.path(name), bytes)
    }
}

/// The folder of programs.
const PROGRAMS: &str = "programs";

fn programs<'b>(
    bench: &'b Bench,
    folder: &Path,
) -> impl Iterator<Item = (&'b str, PathBuf)> + use<'b> {
    let folder = folder.to_owned();
    let names = bench
        .programs
        .iter()
        .filter_map(|(call, _)| call.program.as_deref());
    names.map(move |name| (name, folder.join(name)))
}

/// A folder for one process, and in it the one that the process may write to.
pub fn run_folder(scratch: &Scratch) -> Result<(TempDir, PathBuf), ExamineError> {
    let make = || {
        let own = TempDir::new_in(scratch.folder.path())?;
        open_to_all(own.path())?;
        let work = own.path().join("work");
        std::fs::create_dir(&work)?;
        open_to_all(&work)?;
        Ok((own, work))
    };
    make().map_err(|source| ExamineError::Io {
        path: scratch.folder.path().to_owned(),
        source,
    })
}

/// Whether a file is part of what tests, and so not for the compilation of what is tested to read.
pub fn of_tests(path: &Path) -> bool {
    ["tests", "compile", "predict", "mutants"]
        .iter()
        .any(|folder| path.starts_with(folder))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ExamineError> {
    let at = |source| ExamineError::Io {
        path: path.to_owned(),
        source,
    };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(at)?;
    }
    std::fs::write(path, bytes).map_err(at)
}

pub fn set_mode(path: &Path, mode: u32) -> Result<(), ExamineError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, permissions).map_err(|source| ExamineError::Io {
            path: path.to_owned(),
            source,
        })?;
    }
    let _ = (path, mode);
    Ok(())
}

/// Whether any user can get to a file or folder.
pub fn is_open_to_all(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        path.ancestors().all(|part| {
            std::fs::metadata(part).map_or(true, |data| {
                data.permissions().mode() & 0o001 != 0 || data.is_file()
            })
        })
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}
