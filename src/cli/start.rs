//! `start`: a stage of a project, begun from the reference of the stage before.

use std::path::Path;
use std::sync::Arc;

use super::args::StartArgs;
use super::solution::Copy;
use super::{CliError, Config, Exit};
use crate::candidate::begin_with;
use crate::course::{Exercise, ExerciseKind, PartKind};
use crate::desk;
use crate::journal::Event;
use crate::report::Screen;

/// `workbook start`
pub fn run(args: &StartArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = stage(args, config)?;
    let id = exercise.id.clone();
    let Some(before) = &exercise.before else {
        return Err(CliError::FirstStage { id });
    };
    let ended = |stage: &Exercise| -> Result<_, CliError> {
        let copy = Copy::of(config, stage, "reference")?;
        let reference = copy.owned(stage, Path::new("reference"))?;
        desk::keep_passed(&config.desk, stage, &reference)?;
        Ok(Some(reference))
    };
    let files = begin_with(&exercise, ended, &config.desk.starter_root())?;
    desk::begin_from(&config.desk, &exercise, &files)?;
    // What lies before is left for later, or `next` would go on asking for it.
    let mut earlier = Some(before);
    while let Some(stage) = earlier {
        if config.is_open(stage) {
            let exercise = stage.id.clone();
            config.record(Event::Skip { exercise })?;
        }
        earlier = stage.before.as_ref();
    }
    config.record(Event::Started {
        exercise: id.clone(),
        from: Some(format!("reference of {}", before.id)),
    })?;
    screen.prose(format!(
        "{id} begins with the reference of {}; `workbook reset {id} --undo` brings your files back",
        before.id
    ));
    screen.prose(format!("  `workbook show {id}` says what it asks"));
    Ok(Exit::Success)
}

/// The stage meant by its id, or by its project and its number from 1.
fn stage(args: &StartArgs, config: &Config) -> Result<Arc<Exercise>, CliError> {
    let Some(number) = args.stage else {
        let exercise = config.exercise(&args.id)?;
        return if exercise.kind == ExerciseKind::Stage {
            Ok(exercise)
        } else {
            Err(CliError::NoStage {
                id: args.id.clone(),
            })
        };
    };
    let parts = config.course.weeks.iter().flat_map(|week| &week.parts);
    let mut projects = parts.filter(|part| matches!(part.kind, PartKind::Project(_)));
    let stages = projects
        .find(|part| is_named(part, &args.id))
        .map_or(&[][..], |part| &part.exercises);
    match number.checked_sub(1).and_then(|at| stages.get(at)) {
        Some(id) => config.exercise(id),
        None => Err(CliError::NoStageNumber {
            project: args.id.clone(),
            number,
            count: stages.len(),
        }),
    }
}

/// A project goes by its id and by the name of its folder.
fn is_named(part: &crate::course::Part, name: &str) -> bool {
    let folder = match &part.kind {
        PartKind::Project(folder) => folder.file_name(),
        PartKind::Topic => None,
    };
    part.id == name || folder.is_some_and(|folder| folder == name)
}
