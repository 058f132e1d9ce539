//! `profile`: where a workload spends its time, and where it allocates.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use colored::Colorize as _;

use super::args::{ProfileArgs, ProfileOf};
use super::judge::Meter;
use super::solution::{Copy, allow, record_shown};
use super::{CliError, Config, Exit};
use crate::candidate::{Candidate, Environment, Slot, owned_files};
use crate::course::{Exercise, Workload};
use crate::engine::{self, Engine, Event, Profile, ProfileError, RealWorld, Stop};
use crate::report::Screen;
use crate::report::profile::{self, Heading};

/// `workbook profile`
pub fn run(
    args: &ProfileArgs,
    from: &Path,
    config: &mut Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = config.named_or_current(args.id.as_deref(), "profile")?;
    let workload = workload(config, &exercise)?;
    if !engine::can_profile() {
        return Err(CliError::NoProfiler);
    }
    let profiled = Profiled::of(args, workload, config, &exercise)?;
    let mut meter = Meter::new(std::slice::from_ref(&profiled.candidate));
    let profile = profiled.profile(&config.stop, &mut |event| meter.take(&event, screen));
    screen.end_progress();
    let profile = match profile {
        Ok(profile) => profile,
        Err(error) => {
            for line in why(&error) {
                screen.line(line);
            }
            return Err(error.into());
        }
    };
    let heading = profiled.heading;
    for line in profile::lines(&heading, &profile, screen.width) {
        screen.prose(line);
    }
    if let Some(path) = &args.html {
        write(from, path, &profile::page(&heading, &profile))?;
        screen.line(format!(
            "flame graphs in {}",
            screen.path(path, &from.join(path))
        ));
    }
    if let Some(folder) = &args.out {
        let target = from.join(folder);
        std::fs::create_dir_all(&target).map_err(|source| CliError::Unwritable {
            path: target.clone(),
            source,
        })?;
        for (name, title, flame) in profile::flames(&profile) {
            write(
                &target,
                &PathBuf::from(format!("{name}.svg")),
                &profile::svg(name, title, &flame),
            )?;
            write(
                &target,
                &PathBuf::from(format!("{name}.folded")),
                &flame.folded(),
            )?;
        }
        screen.line(format!("flame graphs in {}", screen.path(folder, &target)));
    }
    if args.html.is_none() && args.out.is_none() {
        screen.line(
            "the flame graphs: --html FILE for a page, --out DIR for SVG files"
                .dimmed()
                .to_string(),
        );
    }
    Ok(Exit::Success)
}

/// What a compiler or a test said, where that is why there is no profile.
pub fn why(error: &ProfileError) -> Vec<String> {
    match error {
        ProfileError::DoesNotBuild { errors } => errors
            .iter()
            .map(|error| error.trim_end().to_owned())
            .collect(),
        ProfileError::DoesNotPass { output, .. } => vec![output.clone()],
        _ => Vec::new(),
    }
}

/// What is to be profiled. It needs neither the journal nor the screen, so that it can go to another
/// thread.
pub struct Profiled {
    candidate: Candidate,
    world: RealWorld,
    workload: Workload,
    heading: Heading,
}

impl Profiled {
    /// My own files as they are.
    ///
    /// # Errors
    ///
    /// If they can't be read, or there is nothing to profile in this exercise.
    pub fn mine(config: &mut Config, exercise: &Arc<Exercise>) -> Result<Self, CliError> {
        let workload = workload(config, exercise)?;
        let args = ProfileArgs {
            id: None,
            of: ProfileOf::Mine,
            before_pass: false,
            html: None,
            out: None,
        };
        Self::of(&args, workload, config, exercise)
    }

    fn of(
        args: &ProfileArgs,
        workload: Workload,
        config: &mut Config,
        exercise: &Arc<Exercise>,
    ) -> Result<Self, CliError> {
        let environment = config.environment()?;
        let candidate = candidate(args, config, exercise, &environment)?;
        let heading = Heading {
            exercise: exercise.id.clone(),
            whose: args.of.name(),
            opt_level: environment.opt_level(&exercise.package),
        };
        let world = RealWorld::new(
            config.desk.build_root(),
            environment.with_lines(&exercise.package),
        );
        Ok(Profiled {
            candidate,
            world,
            workload,
            heading,
        })
    }

    /// Profiles.
    ///
    /// # Errors
    ///
    /// If it does not build or pass, or somebody asked to stop.
    pub fn profile(&self, stop: &Stop, on: &mut dyn FnMut(Event)) -> Result<Profile, ProfileError> {
        engine::adopt_orphans();
        let engine = Engine::new(&self.world, stop.clone());
        engine.profile(&self.candidate, &self.workload, on)
    }

    /// A profile in words, so many columns wide.
    pub fn lines(&self, profile: &Profile, columns: usize) -> Vec<String> {
        profile::lines(&self.heading, profile, columns)
    }
}

/// What there is to profile in an exercise.
fn workload(config: &Config, exercise: &Exercise) -> Result<Workload, CliError> {
    exercise.workload().ok_or_else(|| {
        let exercises = config.course.exercises.iter();
        CliError::NoWorkload {
            id: exercise.id.clone(),
            known: exercises
                .filter(|other| other.workload().is_some())
                .map(|other| other.id.clone())
                .collect(),
        }
    })
}

/// Never in the learner's own slot: what is built for a profile must not take the place of what is judged.
fn candidate(
    args: &ProfileArgs,
    config: &mut Config,
    exercise: &Arc<Exercise>,
    environment: &Environment,
) -> Result<Candidate, CliError> {
    let sources = config.desk.sources();
    let files = match args.of {
        ProfileOf::Mine => owned_files(exercise, &sources.owned.join(&exercise.crate_folder))?,
        ProfileOf::Starter => owned_files(exercise, &sources.starter.join(&exercise.crate_folder))?,
        ProfileOf::Reference => {
            allow(config, exercise, "reference", args.before_pass)?;
            let copy = Copy::of(config, exercise, "reference")?;
            let files = copy.owned(exercise, Path::new("reference"))?;
            record_shown(config, exercise)?;
            files
        }
    };
    let slot = Slot::Named(format!("profile-{}", args.of.name()));
    let pristine = &sources.pristine;
    Ok(Candidate::with_owned(
        exercise,
        slot,
        pristine,
        files,
        environment,
    )?)
}

fn write(folder: &Path, file: &Path, text: &str) -> Result<(), CliError> {
    let path = folder.join(file);
    std::fs::write(&path, text).map_err(|source| CliError::Unwritable { path, source })
}
