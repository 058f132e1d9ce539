//! `author new`, `author seal` and `author release`: what writes files.

use std::path::Path;
use std::sync::Arc;

use super::args::{NewArgs, ReleaseArgs, SealArgs};
use super::{CliError, Config, Exit};
use crate::author;
use crate::course::Exercise;
use crate::report::Screen;

/// The exercises of these ids, or all.
pub(super) fn selection(ids: &[String], config: &Config) -> Result<Vec<Arc<Exercise>>, CliError> {
    if ids.is_empty() {
        return Ok(config
            .course
            .exercises
            .iter()
            .map(|exercise| Arc::new(exercise.clone()))
            .collect());
    }
    ids.iter().map(|id| config.exercise(id)).collect()
}

/// `workbook author seal`
pub fn seal(args: &SealArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let root = config.desk.course_root();
    let mut exit = Exit::Success;
    for exercise in selection(&args.ids, config)? {
        match author::keys(&root, &exercise) {
            Ok(keys) => {
                for (path, text) in keys {
                    let target = root.join(&path);
                    if std::fs::read_to_string(&target).ok().as_deref() == Some(&text) {
                        screen.line(format!("{} is up to date", path.display()));
                        continue;
                    }
                    std::fs::write(&target, text).map_err(|source| CliError::Unwritable {
                        path: target,
                        source,
                    })?;
                    screen.line(format!("{} is written", path.display()));
                }
            }
            Err(what) => {
                screen.complain(format!("{}: {what}", exercise.id));
                exit = Exit::Usage;
            }
        }
    }
    Ok(exit)
}

/// `workbook author release`
pub fn release(
    args: &ReleaseArgs,
    from: &Path,
    config: &Config,
    screen: &mut Screen,
) -> Result<Exit, CliError> {
    let folder = from.join(&args.dir);
    let environment = config.environment()?;
    let root = config.desk.course_root();
    let count = author::release(&root, &config.course, &environment, &folder)?;
    screen.line(format!("{count} files in {}", args.dir.display()));
    screen.line(format!(
        "  `workbook init DESK --course {}` makes a desk from it",
        args.dir.display()
    ));
    Ok(Exit::Success)
}

/// `workbook author new`
pub fn new(args: &NewArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let root = config.desk.course_root();
    let environment = config.environment()?;
    let wanted = author::NewExercise {
        name: &args.name,
        kind: args.kind,
        week: args.week.as_deref(),
        objective: args.objective.as_deref(),
    };
    let folder = author::new(&root, &config.course, &environment, wanted)?;
    let id = folder.file_name().unwrap_or_default().to_string_lossy();
    screen.line(format!(
        "{} is made, and listed in curriculum.toml",
        folder.display()
    ));
    screen.line(format!(
        "  `workbook author prove {id}` says what is left to do"
    ));
    Ok(Exit::Success)
}
