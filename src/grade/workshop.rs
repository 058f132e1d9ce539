//! What is made ready once for all submissions of an exercise: dependencies built by cargo, the calls of the
//! compiler noted, tests rewritten to prove that they ended.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use thiserror::Error;

use super::bench::Bench;
use super::calls::{Call, NOTE_IN};
use super::in_use::InUse;
use super::object_store::{DEPENDENCIES, ObjectStore};
use super::seal;
use crate::candidate::{Candidate, Environment, GatherError, Hasher, Slot, files_of_solution};
use crate::course::{self, CourseError, Exercise};
use crate::engine::{
    End, LayError, Limit, Plot, ProcessError, Shadow, Stop, Target, run_to_end, side_by_side,
};

/// Everything that is shared by all exercises.
pub struct Workshop {
    /// By exercise id.
    pub benches: BTreeMap<String, Bench>,
    /// Exercises that can't be graded, each with why.
    pub unfit: BTreeMap<String, String>,
    /// Compiled dependencies, without anything of an exercise.
    pub dependencies: PathBuf,
    /// The toolchain's folder.
    pub sysroot: PathBuf,
    /// What answering programs link, compiled once.
    pub wire: PathBuf,
    /// Object code of earlier runs.
    pub objects: ObjectStore,
    /// How programs that use a submission's library came about.
    pub made: Made,
    /// Nobody builds anything else here meanwhile.
    _in_use: InUse,
}

/// How many programs that use a submission's library were made in which way.
#[derive(Debug, Default)]
pub struct Made {
    /// Linked with what was compiled for the course's own library.
    pub linked: AtomicUsize,
    /// Compiled.
    pub compiled: AtomicUsize,
    /// Of the course's own, compiled in this run to be linked.
    pub prepared: AtomicUsize,
    /// The same, of an earlier run.
    pub found: AtomicUsize,
}

/// Why nothing could be made ready.
#[derive(Debug, Error)]
pub enum WorkshopError {
    /// A file of the course can't be read.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// A solution's manifest has problems.
    #[error(transparent)]
    Course(#[from] CourseError),
    /// The references could not be laid out.
    #[error("lay out the references")]
    Lay(#[from] LayError),
    /// A file or folder of ours.
    #[error("make ready `{}`", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Cargo could not be started.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// Somebody asked to stop.
    #[error("make ready what is graded with: interrupted")]
    Stopped,
    /// Cargo could not build the references.
    #[error("build the references with cargo; `workbook author prove` says more: {message}")]
    Cargo {
        /// The end of what it said.
        message: String,
    },
}

/// A whole course with all its dependencies takes minutes on a small machine.
const BUILD_LIMIT: Limit = Limit {
    wall: Duration::from_hours(3),
    output_bytes: 256 * 1024,
};

/// The references' slot.
const SLOT: &str = "graded";

impl Workshop {
    /// Makes ready what is needed to grade these exercises, in a folder that is kept between runs.
    ///
    /// # Errors
    ///
    /// If the course can't be read or its references can't be built.
    pub fn open(
        course_root: &Path,
        exercises: &[Arc<Exercise>],
        environment: &Environment,
        folder: &Path,
        (on_wait, stop): (&mut dyn FnMut(), &Stop),
    ) -> Result<Self, WorkshopError> {
        let mut found = Vec::new();
        let mut references = Vec::new();
        let mut unfit = BTreeMap::new();
        for exercise in exercises {
            // What passes nothing proves nothing of the box, and would not even build.
            if exercise.origin.as_ref().is_some_and(|it| it.no_reference) {
                let why = "it came without a solution, and without one nothing is graded";
                unfit.insert(exercise.id.clone(), why.to_owned());
                continue;
            }
            let solution = course::load_solution(course_root, exercise)?;
            let part = course_root.join(&solution.folder).join("reference");
            let owned = files_of_solution(exercise, course_root, &part)?;
            let slot = Slot::Named(SLOT.to_owned());
            let reference = Candidate::with_owned(exercise, slot, course_root, owned, environment)?
                .with_hidden(course_root, &solution, environment)?;
            if !has_library(&reference) {
                let why = "it has no library, and only libraries are graded in a box";
                unfit.insert(exercise.id.clone(), why.to_owned());
                continue;
            }
            found.push((Arc::clone(exercise), solution));
            references.push(reference);
        }
        let shadow = Shadow::new(folder.to_owned());
        let calls = folder.join("calls");
        make(&calls)?;
        let compiled = shadow.target().join("debug/deps");
        let dependencies = folder.join(DEPENDENCIES);
        let packages: BTreeSet<String> = (references.iter())
            .map(|reference| reference.exercise.package.clone())
            .collect();
        let sysroot = sysroot()?;
        let mark = Mark::of(folder, &references);
        let build = || {
            mark.remove();
            build_all(&shadow, &calls, &references, environment, stop)?;
            collect(&compiled, &dependencies, &calls, &packages)?;
            mark.put();
            Ok(())
        };
        let is_ready = || {
            mark.stands() && has_entries(&calls) && has_entries(&compiled) && dependencies.is_dir()
        };
        let in_use = InUse::of(folder, &is_ready, &build, on_wait, stop)?;
        let wire = seal::compile_wire(&sysroot.join("bin/rustc"), folder, environment, stop)?;

        let mut benches = BTreeMap::new();
        for ((exercise, solution), reference) in found.into_iter().zip(references) {
            let id = exercise.id.clone();
            match Bench::of(exercise, solution, reference, course_root, &calls) {
                Ok(bench) => {
                    benches.insert(id, bench);
                }
                Err(why) => {
                    unfit.insert(id, why);
                }
            }
        }
        Ok(Workshop {
            benches,
            unfit,
            dependencies,
            sysroot,
            wire,
            objects: ObjectStore::new(folder),
            made: Made::default(),
            _in_use: in_use,
        })
    }

    /// The real compiler, not a proxy that looks for one.
    pub fn rustc(&self) -> PathBuf {
        self.sysroot.join("bin/rustc")
    }
}

/// That all references are built as they are now: whoever grades the same exercises once more has nothing to build.
/// Without it, each stage of a project would be, because they lie in the same place one after the other.
struct Mark {
    path: PathBuf,
    text: String,
}

impl Mark {
    fn of(folder: &Path, references: &[Candidate]) -> Self {
        let mut hasher = Hasher::default();
        // Cargo builds anew where another program notes its calls.
        let me = std::env::current_exe().unwrap_or_default();
        hasher.file(&me, b"");
        for reference in references {
            let fingerprint = reference.fingerprint.as_str();
            hasher.part(&reference.exercise.id, fingerprint.as_bytes());
        }
        Mark {
            path: folder.join("built"),
            text: hasher.finish().as_str().to_owned(),
        }
    }

    fn stands(&self) -> bool {
        std::fs::read_to_string(&self.path).is_ok_and(|text| text == self.text)
    }

    /// If it can't be taken away or put, there is more to build than there need be.
    fn remove(&self) {
        let _ = std::fs::remove_file(&self.path);
    }

    fn put(&self) {
        let _ = std::fs::write(&self.path, &self.text);
    }
}

/// Builds every reference, so that the calls of the compiler are noted and the dependencies are there.
fn build_all(
    shadow: &Shadow,
    calls: &Path,
    references: &[Candidate],
    environment: &Environment,
    stop: &Stop,
) -> Result<(), WorkshopError> {
    let slot = Slot::Named(SLOT.to_owned());
    let mut plots: Vec<Plot> = Vec::new();
    for batch in side_by_side(references, (0..references.len()).collect()) {
        let mut all: Vec<Plot> = (batch.iter())
            .map(|&at| Plot::of(&references[at]))
            .collect();
        for plot in &mut all {
            plot.targets
                .retain(|target| matches!(target, Target::Test(_)));
        }
        // With all other crates as they are: cargo would build dependencies anew for fewer, with fewer features.
        plots.retain(|plot| !all.iter().any(|own| own.package == plot.package));
        all.append(&mut plots);
        let workspace = shadow.lay(&slot, &all, environment)?;
        build((&workspace, &shadow.target()), calls, &all, stop)?;
        shadow.mark_built(&slot)?;
        plots = all;
    }
    Ok(())
}

fn has_entries(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn has_library(candidate: &Candidate) -> bool {
    let mut paths = candidate.files.iter().map(|file| file.path.as_path());
    paths.any(|path| path == Path::new("src/lib.rs"))
}

fn make(folder: &Path) -> Result<(), WorkshopError> {
    std::fs::create_dir_all(folder).map_err(|source| WorkshopError::Io {
        path: folder.to_owned(),
        source,
    })
}

fn sysroot() -> Result<PathBuf, WorkshopError> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output();
    let output = output.map_err(|source| WorkshopError::Io {
        path: "rustc".into(),
        source,
    })?;
    Ok(PathBuf::from(
        String::from_utf8_lossy(&output.stdout).trim(),
    ))
}

/// Builds the references in a workspace, into a target folder. Cargo has a group of its own, and ends with all that it
/// has started when somebody asks to stop.
fn build(
    (workspace, target): (&Path, &Path),
    calls: &Path,
    plots: &[Plot],
    stop: &Stop,
) -> Result<(), WorkshopError> {
    let me = std::env::current_exe().map_err(|source| WorkshopError::Io {
        path: "workbook".into(),
        source,
    })?;
    let run = |offline: bool| {
        let mut command = Command::new("cargo");
        command
            .current_dir(workspace)
            .args(["build", "--keep-going", "--quiet", "--target-dir"])
            .arg(target)
            .env("RUSTC_WORKSPACE_WRAPPER", &me)
            .env(NOTE_IN, calls)
            .env("CARGO_TERM_COLOR", "never")
            .env_remove("CARGO_TARGET_DIR");
        if offline {
            command.arg("--offline");
        }
        let mut tests: Vec<&str> = Vec::new();
        for plot in plots {
            command.args(["-p", &plot.package]);
            tests.extend(plot.targets.iter().filter_map(|target| match target {
                Target::Test(name) => Some(name.as_str()),
                _ => None,
            }));
        }
        tests.sort_unstable();
        tests.dedup();
        command.arg("--lib");
        for test in tests {
            command.args(["--test", test]);
        }
        run_to_end(command, BUILD_LIMIT, stop)
    };
    let mut ended = run(true)?;
    if ended.end != End::Exited(0) && ended.stderr.text().contains("offline") {
        ended = run(false)?;
    }
    match ended.end {
        End::Exited(0) => return Ok(()),
        End::Stopped => return Err(WorkshopError::Stopped),
        _ => {}
    }
    let said = ended.stderr.text();
    let start = said.len().saturating_sub(2_000);
    let start = (start..said.len()).find(|&at| said.is_char_boundary(at));
    Err(WorkshopError::Cargo {
        message: said[start.unwrap_or(0)..].to_owned(),
    })
}

/// Gathers what exercises are linked with, and nothing that is of an exercise: neither a reference's code nor
/// a hidden test is in a file that a submission's compilation can read.
fn collect(
    from: &Path,
    to: &Path,
    calls: &Path,
    packages: &BTreeSet<String>,
) -> Result<(), WorkshopError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| WorkshopError::Io { path, source }
    };
    let mut own: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(calls).map_err(at(calls))?.flatten() {
        let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
        if let Ok(call) = serde_json::from_str::<Call>(&text)
            && packages.contains(&call.package)
        {
            own.push(call.name.clone());
        }
    }
    if to.exists() {
        std::fs::remove_dir_all(to).map_err(at(to))?;
    }
    make(to)?;
    for entry in std::fs::read_dir(from).map_err(at(from))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((stem, end)) = name.rsplit_once('.') else {
            continue;
        };
        let stem = stem.strip_prefix("lib").unwrap_or(stem);
        // Older builds of the same exercise lie there too, with another hash.
        let stem = stem.rsplit_once('-').map_or(stem, |(stem, _)| stem);
        if !["rlib", "rmeta", "so"].contains(&end) || own.iter().any(|own| own == stem) {
            continue;
        }
        let target = to.join(entry.file_name());
        if std::fs::hard_link(entry.path(), &target).is_err() {
            std::fs::copy(entry.path(), &target).map_err(at(&target))?;
        }
    }
    Ok(())
}
