//! `profile`: where a workload spends its time, and where it allocates.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use colored::Colorize as _;
use serde_json::json;

use super::args::{ProfileArgs, ProfileOf};
use super::judge::Meter;
use super::solution::{Copy, allow, record_shown};
use super::{CliError, Config, Exit};
use crate::candidate::{self, Candidate, CandidateFile, Environment, Slot, owned_files};
use crate::course::{Exercise, Workload};
use crate::desk;
use crate::engine::{self, Engine, Event, Profile, ProfileError, RealWorld, Stop};
use crate::report::profile::{self, Heading};
use crate::report::{self, Screen, profile_json};

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
            let say: fn(&mut Screen, String) = if args.json {
                Screen::complain
            } else {
                Screen::line
            };
            for line in why(&error) {
                say(screen, line);
            }
            return Err(error.into());
        }
    };
    let heading = profiled.heading;
    if args.json {
        let mut document = profile_json::json(&heading, &profile);
        let written = draw(args, from, &heading, &profile)?.into_iter();
        document["files"] = written
            .flat_map(|drawing| drawing.files)
            .map(|(kind, path)| json!({ "kind": kind, "path": path.display().to_string() }))
            .collect();
        screen.line(report::json::document(document));
        return Ok(Exit::Success);
    }
    for line in profile::lines(&heading, &profile, screen.width) {
        screen.prose(line);
    }
    let drawn = draw(args, from, &heading, &profile)?;
    for drawing in &drawn {
        let target = from.join(&drawing.place);
        screen.line(format!(
            "flame graphs in {}",
            screen.path(&drawing.place, &target)
        ));
    }
    if drawn.is_empty() {
        screen.line(
            "the flame graphs: --html FILE for a page, --out DIR for SVG files"
                .dimmed()
                .to_string(),
        );
    }
    Ok(Exit::Success)
}

/// Flame graphs that were written.
struct Drawing {
    /// The page or the folder, as typed.
    place: PathBuf,
    /// Each file, with what it is.
    files: Vec<(&'static str, PathBuf)>,
}

/// Writes what was asked for.
fn draw(
    args: &ProfileArgs,
    from: &Path,
    heading: &Heading,
    profile: &Profile,
) -> Result<Vec<Drawing>, CliError> {
    let mut drawn = Vec::new();
    if let Some(path) = &args.html {
        write(from, path, &profile::page(heading, profile))?;
        drawn.push(Drawing {
            place: path.clone(),
            files: vec![("page", path.clone())],
        });
    }
    if let Some(folder) = &args.out {
        let target = from.join(folder);
        std::fs::create_dir_all(&target).map_err(|source| CliError::Unwritable {
            path: target.clone(),
            source,
        })?;
        let mut files = Vec::new();
        for (name, title, flame) in profile::flames(profile) {
            let picture = profile::svg(name, title, &flame);
            for (kind, text) in [("svg", picture), ("folded", flame.folded())] {
                let path = folder.join(format!("{name}.{kind}"));
                write(from, &path, &text)?;
                files.push((kind, path));
            }
        }
        drawn.push(Drawing {
            place: folder.clone(),
            files,
        });
    }
    Ok(drawn)
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
            json: false,
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
        ProfileOf::Starter => start(config, exercise)?,
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

/// What the exercise began with. Whoever has passed no stage of a project, but has the course's solutions, began where
/// the reference of the stage before ends.
fn start(config: &Config, exercise: &Exercise) -> Result<Vec<CandidateFile>, CliError> {
    let root = config.desk.course_root();
    let is_passed = |stage: &Exercise| {
        let state = config.progress.state(&stage.id);
        state.is_some_and(|state| state.passed.is_some())
    };
    let before = exercise.before.as_deref();
    let files = if before.is_some_and(|before| !is_passed(before))
        && root.join(exercise.solution_folder()).is_dir()
    {
        candidate::starting_files(exercise, &root)?
    } else {
        desk::starting_files(&config.desk, exercise)?
    };
    Ok(files)
}

fn write(folder: &Path, file: &Path, text: &str) -> Result<(), CliError> {
    let path = folder.join(file);
    std::fs::write(&path, text).map_err(|source| CliError::Unwritable { path, source })
}
