//! One cargo call for all candidates of a slot, and what came of each package.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde::Serialize;
use tempfile::TempDir;
use thiserror::Error;

use super::binary::Binary;
use super::cargo::{self, Call, Job, StandIn};
use super::object_cache;
use super::plot::{Plot, Target};
use super::recipe::{self, Recipe};
use super::replay::replay;
use super::shadow::{LayError, Shadow};
use super::stop::Stop;
use super::unity::{self, Site};
use super::variants::{self, Variants};
use super::world::BuildProgress;
use super::wrapper;
use crate::candidate::{Environment, Slot};

/// What cargo made, by package name.
#[derive(Debug, Clone, Default)]
pub struct Built {
    /// One entry for each package that cargo said anything about.
    pub packages: BTreeMap<String, PackageBuild>,
    /// The way that was taken.
    pub way: Way,
    /// By exercise: the package that is all of these mutants, of which the first has the number 1.
    pub(super) schemata: BTreeMap<String, (String, Vec<String>)>,
    /// How many tests and programs cargo had linked with object code that was kept.
    pub linked: usize,
    /// The folders of the binaries, apart from what other runners build. They go with the last handle.
    pub(super) kept: Vec<Arc<TempDir>>,
}

impl Built {
    /// Takes in what another build made. Stages share a package, so both may have a part of it.
    pub(super) fn add(&mut self, other: Built) {
        self.kept.extend(other.kept);
        self.schemata.extend(other.schemata);
        self.way = other.way;
        self.linked += other.linked;
        for (name, package) in other.packages {
            let known = self.packages.entry(name).or_default();
            known.executables.extend(package.executables);
            known.programs.extend(package.programs);
            for diagnostic in package.diagnostics {
                if !known.diagnostics.contains(&diagnostic) {
                    known.diagnostics.push(diagnostic);
                }
            }
        }
    }
}

/// How something was built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Cargo was called.
    #[default]
    Cargo,
    /// What cargo asked rustc for was asked again, without cargo.
    Replay,
    /// The same, and tests were linked with the object code of an earlier run.
    Relink,
    /// Cargo was called, and the tests of many exercises were compiled as modules of a few crates.
    Together,
}

/// What cargo made of one package.
#[derive(Debug, Clone, Default)]
pub struct PackageBuild {
    /// Target → its binary.
    pub executables: BTreeMap<Target, Binary>,
    /// The package's own programs, by name, where cargo puts them.
    pub programs: BTreeMap<String, PathBuf>,
    /// Errors and warnings, in order.
    pub diagnostics: Vec<Diagnostic>,
}

/// One message of the compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What it is about.
    pub target: Target,
    /// The error's or lint's code, such as `E0308` or `clippy::unwrap_used`.
    pub code: Option<String>,
    /// An error, or else a warning.
    pub is_error: bool,
    /// As the compiler renders it, with ANSI colours.
    pub rendered: String,
}

/// Why nothing was built. None of these is the learner's doing.
#[derive(Debug, Error)]
pub enum BuildError {
    /// There is no cargo.
    #[error("run `cargo`; install Rust, or run `workbook doctor`")]
    NoCargo(#[source] std::io::Error),
    /// The candidates could not be laid out.
    #[error("lay out the build folder")]
    Lay(#[from] LayError),
    /// Cargo refused before it compiled anything.
    #[error("build with cargo: {message}")]
    Cargo {
        /// The end of what it printed.
        message: String,
    },
    /// Dependencies are missing here and could not be brought.
    #[error(
        "bring the course's dependencies; connect to the network once and run this again. Cargo said: {message}"
    )]
    Fetch {
        /// The end of what it printed.
        message: String,
    },
    /// Somebody asked to stop.
    #[error("build: interrupted")]
    Stopped,
}

/// Builds candidates of one slot. Two runners at once take turns: until the binaries are linked into a
/// folder that is ours alone, nobody else may lay out other files in the same place.
pub(super) fn build(
    shadow: &Shadow,
    environment: &Environment,
    (slot, stand_in): (&Slot, Option<&Path>),
    plots: &[Plot],
    on: &mut dyn FnMut(BuildProgress),
    stop: &Stop,
) -> Result<Built, BuildError> {
    let keep = Arc::new(shadow.own_folder()?);
    let mut turn = shadow.take_turn(slot)?;
    if !turn.has_come()? {
        on(BuildProgress::Waiting);
        while !turn.has_come()? {
            if stop.is_raised() {
                return Err(BuildError::Stopped);
            }
            thread::sleep(TURN_TICK);
        }
    }
    let workspace = shadow.lay(slot, plots, environment)?;
    let stand_in = stand_in.filter(|_| recipe::no_fast_path(&workspace).is_none());
    let mut fast = (stand_in.filter(|_| *slot == Slot::Mine && !is_for_cargo()))
        .and_then(|program| Fast::of(program, plots, environment, &workspace));
    if let Some(fast) = &mut fast
        && fast.recipe.is_complete(fast.plot)
    {
        let scratch = shadow.scratch(slot, fast.plot);
        let places = (scratch.as_path(), keep.path());
        let replayed = replay(&fast.recipe, fast.plot, places, fast.program, on, stop);
        shadow.mark_built(slot)?;
        if let Some(mut built) = replayed? {
            built.kept.push(keep);
            return Ok(built);
        }
        fast.recipe.forget();
    }
    let records = keep.path().join("records");
    if fast.is_some() {
        std::fs::create_dir(&records).map_err(|source| LayError {
            path: records.clone(),
            source,
        })?;
    }
    let objects = shadow.objects(slot);
    let stand_in = stand_in.map(|program| StandIn {
        program,
        objects: &objects,
        records: fast.as_ref().map(|_| records.as_path()),
        incremental: variants::with_stand_in(plots),
    });
    // A program that stands in for rustc sees to it, crate by crate.
    let is_cargo_s = slot.is_for_edits() && stand_in.is_none();
    let mut variants = is_cargo_s.then(|| Variants::read(&workspace));
    let is_incremental = variants.as_ref().is_some_and(|known| known.pays(plots));
    let site = Site {
        shadow,
        environment,
        slot,
        is_incremental,
        stand_in,
        keep: &keep,
    };
    if let Some(mut built) = unity::build(&site, plots, on, stop)? {
        if let Some(variants) = &mut variants {
            variants.learn(plots, is_incremental);
        }
        link_all(&mut built, keep.path())?;
        built.linked = object_cache::linked(&objects);
        built.kept.push(keep);
        return Ok(built);
    }
    let call = Call {
        workspace: &workspace,
        target: &shadow.target(),
        is_incremental,
        stand_in,
        programs: &[],
    };
    let mut outcome = cargo::run(&call, Job::Build, plots, on, stop)?;
    if outcome.needs_network() {
        on(BuildProgress::Fetching);
        cargo::fetch(&workspace, stop)?;
        outcome = cargo::run(&call, Job::Build, plots, on, stop)?;
    }
    if let Some(fast) = &mut fast {
        let calls = wrapper::calls_in(&records);
        fast.recipe.learn(calls, fast.plot, &fast.path);
    }
    shadow.mark_built(slot)?;
    if stop.is_raised() {
        return Err(BuildError::Stopped);
    }
    if let Some(variants) = &mut variants {
        variants.learn(plots, is_incremental);
    }
    if !outcome.success && !outcome.built.packages.values().any(has_errors) {
        return Err(BuildError::Cargo {
            message: outcome.stderr,
        });
    }
    link_all(&mut outcome.built, keep.path())?;
    outcome.built.linked = object_cache::linked(&objects);
    outcome.built.kept.push(keep);
    Ok(outcome.built)
}

/// Runs clippy with these lints, and no others, over the plots' own code and those of their targets that are
/// tests. The plots have been built already. Returns what it said.
pub(super) fn clippy(
    shadow: &Shadow,
    environment: &Environment,
    slot: &Slot,
    plots: &[Plot],
    lints: &[String],
    stop: &Stop,
) -> Result<Built, BuildError> {
    let mut turn = shadow.take_turn(slot)?;
    while !turn.has_come()? {
        if stop.is_raised() {
            return Err(BuildError::Stopped);
        }
        thread::sleep(TURN_TICK);
    }
    let workspace = shadow.lay(slot, plots, environment)?;
    let call = Call {
        workspace: &workspace,
        target: &shadow.target(),
        is_incremental: slot.is_for_edits(),
        stand_in: None,
        programs: &[],
    };
    let outcome = cargo::run(&call, Job::Clippy(lints), plots, &mut |_| {}, stop)?;
    if !outcome.success && !outcome.built.packages.values().any(has_errors) {
        return Err(BuildError::Cargo {
            message: outcome.stderr,
        });
    }
    Ok(outcome.built)
}

/// What is known of a crate that can be built without cargo, or could be next time.
struct Fast<'a> {
    program: &'a Path,
    plot: &'a Plot,
    path: PathBuf,
    recipe: Recipe,
}

impl<'a> Fast<'a> {
    fn of(
        program: &'a Path,
        plots: &'a [Plot],
        environment: &Environment,
        workspace: &Path,
    ) -> Option<Self> {
        let key = recipe::key(plots, environment, workspace)?;
        let plot = plots.first()?;
        let path = workspace.join(".recipes").join(&plot.package);
        let recipe = Recipe::read(&path, &key);
        Some(Fast {
            program,
            plot,
            path,
            recipe,
        })
    }
}

/// Whether cargo is asked for everything, with object code that was kept.
fn is_for_cargo() -> bool {
    std::env::var_os("WORKBOOK_BUILD").is_some_and(|value| value == "objects")
}

/// How often a runner that waits for its turn looks again.
const TURN_TICK: Duration = Duration::from_millis(50);

/// Takes every binary that is one exercise's into a folder that is the run's own.
pub(super) fn link_all(built: &mut Built, keep: &Path) -> Result<(), LayError> {
    for (name, package) in &mut built.packages {
        let alone = package.executables.iter_mut();
        // Some are there already, because they were run before the build was over.
        for (target, binary) in alone.filter(|(_, it)| !it.path.starts_with(keep)) {
            binary.path = link(
                &binary.path,
                &keep.join(format!("{name}-{}", target.file_name())),
            )?;
        }
    }
    Ok(())
}

/// Another name for a binary, which stays when cargo replaces the first; a copy where the file system
/// has no links.
pub(super) fn link(executable: &Path, to: &Path) -> Result<PathBuf, LayError> {
    let to = to.with_extension(executable.extension().unwrap_or_default());
    if std::fs::hard_link(executable, &to).is_err() {
        std::fs::copy(executable, &to).map_err(|source| LayError {
            path: to.clone(),
            source,
        })?;
    }
    Ok(to)
}

fn has_errors(package: &PackageBuild) -> bool {
    package
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.is_error)
}
