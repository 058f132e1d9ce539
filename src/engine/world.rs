//! The seam to the world: building and running. Everything above it can be tested with a scripted one.

use std::path::{Path, PathBuf};

use super::binary::Binary;
use super::build::{self, BuildError, Built};
use super::plot::{Plot, Target};
use super::process::ProcessError;
use super::shadow::Shadow;
use super::stop::Stop;
use super::test_run::{self, RunTests, TestRun};
use crate::candidate::{Environment, Slot};
use crate::course::Limits;

/// What a build reports while it goes on.
#[derive(Debug, Clone)]
pub enum BuildProgress {
    /// Another runner is building here.
    Waiting,
    /// Dependencies are being downloaded.
    Fetching,
    /// Cargo's own count of units.
    Units {
        /// Units done.
        done: u32,
        /// Units in all.
        total: u32,
        /// Crates being compiled.
        crates: String,
    },
    /// A message about a package.
    Message {
        /// The package's name.
        package: String,
        /// An error, or else a warning.
        is_error: bool,
        /// As rendered.
        rendered: String,
    },
    /// A test or a program is built, and lies where the next build may put another.
    Made {
        /// The package's name.
        package: String,
        /// What it is of the package.
        target: Target,
        /// Where it lies.
        program: PathBuf,
    },
    /// Packages of which nothing more will be built, while others still are. Not of every package: the end of a build tells of
    /// all, of these once more.
    Whole(Box<Built>),
}

/// Building and running.
pub trait World: Sync {
    /// Builds what these plots ask for, with as few compiler runs as can be.
    ///
    /// # Errors
    ///
    /// Only what keeps everything from being built; a candidate that does not compile is a result.
    fn build(
        &self,
        slot: &Slot,
        plots: &[Plot],
        on: &mut dyn FnMut(BuildProgress),
        stop: &Stop,
    ) -> Result<Built, BuildError>;

    /// Runs clippy with these lints over the own code, and the tests among the targets, of plots that were
    /// built.
    ///
    /// # Errors
    ///
    /// As for `build`; also if there is no clippy.
    fn clippy(
        &self,
        slot: &Slot,
        plots: &[Plot],
        lints: &[String],
        stop: &Stop,
    ) -> Result<Built, BuildError>;

    /// The names of the tests in a test binary.
    ///
    /// # Errors
    ///
    /// If it can't be started, or does not end.
    fn list(&self, executable: &Path, stop: &Stop) -> Result<Vec<String>, ProcessError>;

    /// Runs one test, or all tests of a binary, in a process of its own, to its end or to its limit.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    fn run(
        &self,
        executable: &Binary,
        tests: RunTests<'_>,
        limits: &Limits,
        stop: &Stop,
    ) -> Result<TestRun, ProcessError>;
}

/// The real world: cargo and processes.
pub struct RealWorld {
    shadow: Shadow,
    environment: Environment,
    /// The program that stands in for rustc while cargo builds.
    stand_in: Option<PathBuf>,
}

impl RealWorld {
    /// Builds below `build_root`, which may be emptied at any time between runs.
    pub fn new(build_root: PathBuf, environment: Environment) -> Self {
        RealWorld {
            shadow: Shadow::new(build_root),
            environment,
            stand_in: None,
        }
    }

    /// Lets this program stand in for rustc while cargo builds the learner's files, so that they can be built
    /// without cargo afterwards. It has to begin with [`stand_in_for_rustc`](super::stand_in_for_rustc).
    #[must_use]
    pub fn with_stand_in(mut self, program: Option<PathBuf>) -> Self {
        self.stand_in = program;
        self
    }
}

impl World for RealWorld {
    fn build(
        &self,
        slot: &Slot,
        plots: &[Plot],
        on: &mut dyn FnMut(BuildProgress),
        stop: &Stop,
    ) -> Result<Built, BuildError> {
        // Other candidates are built once, and there is nothing to be quicker at next time.
        let stand_in = (self.stand_in.as_deref()).filter(|_| slot.is_for_edits());
        let (shadow, environment) = (&self.shadow, &self.environment);
        build::build(shadow, environment, (slot, stand_in), plots, on, stop)
    }

    fn clippy(
        &self,
        slot: &Slot,
        plots: &[Plot],
        lints: &[String],
        stop: &Stop,
    ) -> Result<Built, BuildError> {
        build::clippy(&self.shadow, &self.environment, slot, plots, lints, stop)
    }

    fn list(&self, executable: &Path, stop: &Stop) -> Result<Vec<String>, ProcessError> {
        test_run::list(executable, stop)
    }

    fn run(
        &self,
        executable: &Binary,
        tests: RunTests<'_>,
        limits: &Limits,
        stop: &Stop,
    ) -> Result<TestRun, ProcessError> {
        test_run::run(executable, tests, limits, stop)
    }
}
