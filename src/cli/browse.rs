//! `show`, `hint` and `notes`: texts of the course.

use std::path::Path;

use colored::Colorize as _;
use serde_json::json;

use super::args::{HintArgs, NotesArgs, ShowArgs};
use super::{CliError, Config, Exit, header};
use crate::course::{Exercise, Week};
use crate::journal::Event;
use crate::report::{self, Screen, markdown};

/// Reads a text of the course.
pub fn read(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|source| CliError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// `workbook show`
pub fn show(args: &ShowArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let exercise = config.named_or_current(args.id.as_deref(), "show")?;
    let statement = statement(config, &exercise)?;
    if args.json {
        let checks: Vec<_> = exercise
            .checks()
            .into_iter()
            .map(|check| json!({ "id": check.id, "shows": check.shows }))
            .collect();
        let budgets: Vec<_> = exercise
            .budgets
            .iter()
            .map(|budget| json!({ "id": budget.id(), "unit": budget.unit, "at_most": budget.at_most, "starter": budget.starter, "reference": budget.reference }))
            .collect();
        screen.line(report::json::document(json!({
            "id": exercise.id,
            "title": exercise.title,
            "summary": exercise.summary,
            "minutes": exercise.minutes,
            "objectives": exercise.objectives,
            "owned": exercise.owned,
            "file": exercise.main_file(),
            "checks": checks,
            "budgets": budgets,
            "statement": statement,
        })));
        return Ok(Exit::Success);
    }
    screen.line(markdown::render(&statement, screen.width));
    screen.gap();
    header::print_files(screen, config, &exercise);
    Ok(Exit::Success)
}

/// `workbook hint`
pub fn hint(args: &HintArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let exercise = config.named_or_current(args.id.as_deref(), "hint")?;
    let all = exercise.hints.len();
    let (number, is_new) = one_more_hint(config, &exercise)?;
    let hints = &exercise.hints[..number];
    if args.json {
        screen.line(report::json::document(
            json!({ "exercise": exercise.id, "hints": hints, "of": all }),
        ));
        return Ok(Exit::Success);
    }
    for (at, hint) in hints.iter().enumerate() {
        let heading = format!("Hint {} of {all} · {}", at + 1, exercise.id);
        let is_new = at + 1 == number && is_new;
        screen.line(if is_new {
            heading.bold().to_string()
        } else {
            heading.dimmed().to_string()
        });
        screen.line(markdown::render(hint, screen.width));
        screen.gap();
    }
    if all == 0 {
        screen.line(format!("`{}` came without a hint.", exercise.id));
    } else if number == all {
        screen.line(
            format!(
                "That was the last one. `workbook solution {} --before-pass` shows the reference.",
                exercise.id
            )
            .dimmed()
            .to_string(),
        );
    }
    Ok(Exit::Success)
}

/// Counts a hint as shown, if there is another one. Returns how many are to be shown, and whether the
/// last of them is new.
///
/// # Errors
///
/// If it can't be recorded.
pub fn one_more_hint(config: &mut Config, exercise: &Exercise) -> Result<(usize, bool), CliError> {
    let state = config.progress.state(&exercise.id);
    let shown = state.map_or(0, |state| usize::from(state.hints));
    let all = exercise.hints.len();
    if shown >= all {
        return Ok((all, false));
    }
    config.record(Event::Hint {
        exercise: exercise.id.clone(),
        // Three hints fit into any number.
        number: u8::try_from(shown + 1).unwrap_or(u8::MAX),
    })?;
    Ok((shown + 1, true))
}

/// `workbook notes`
pub fn notes(args: &NotesArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let week = match &args.week {
        Some(name) => config.week(name)?.1,
        None => match config.current(None)? {
            Some(exercise) => &config.course.weeks[exercise.week],
            None => return Err(CliError::NoWeek),
        },
    };
    let text = reading(config, week)?;
    screen.line(markdown::render(&text, screen.width));
    Ok(Exit::Success)
}

/// What there is to read in a week.
///
/// # Errors
///
/// If it can't be read.
pub fn reading(config: &Config, week: &Week) -> Result<String, CliError> {
    let folder = config.desk.course_root().join(&week.folder);
    let notes = folder.join("notes.md");
    // The capstone's week has a README in place of notes.
    if notes.is_file() {
        read(&notes)
    } else {
        read(&folder.join("README.md"))
    }
}

/// What an exercise asks, in full.
///
/// # Errors
///
/// If it can't be read.
pub fn statement(config: &Config, exercise: &Exercise) -> Result<String, CliError> {
    let folder = config.desk.course_root().join(&exercise.folder);
    read(&folder.join("README.md"))
}
