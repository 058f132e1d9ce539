//! `reset` and `skip`.

use super::args::{ResetArgs, SkipArgs};
use super::{CliError, Config, Exit};
use crate::course::Exercise;
use crate::desk;
use crate::journal::Event;
use crate::report::Screen;

/// `workbook reset`
pub fn run(args: &ResetArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = config.named_or_current(args.id.as_deref(), "reset")?;
    let said = if args.undo {
        undo(config, &exercise)?
    } else {
        reset(config, &exercise)?
    };
    screen.prose(said);
    Ok(Exit::Success)
}

/// Puts the starter back and records it. Returns what to say.
///
/// # Errors
///
/// If files can't be read or written, or nothing can be recorded.
pub fn reset(config: &mut Config, exercise: &Exercise) -> Result<String, CliError> {
    let id = exercise.id.clone();
    // A second reset in a row takes nothing away that an undo would have to bring back.
    let is_known = config.is_open(exercise) && desk::is_at_start(&config.desk, exercise)?;
    let backup = desk::reset(&config.desk, exercise)?;
    if !is_known {
        let exercise = id.clone();
        config.record(Event::Reset { exercise, backup })?;
    }
    Ok(format!(
        "{id} is back at its start; `workbook reset {id} --undo` brings your files back"
    ))
}

/// Brings back what was there before the last reset and records it. Returns what to say.
///
/// # Errors
///
/// As [`reset`]; also if there is nothing to bring back.
pub fn undo(config: &mut Config, exercise: &Exercise) -> Result<String, CliError> {
    let id = exercise.id.clone();
    let undone = desk::undo(&config.desk, exercise)?;
    // To undo an undo is to reset: the exercise is to be done again.
    let (event, place) = if undone.is_starter {
        let (exercise, backup) = (id.clone(), undone.backup);
        (Event::Reset { exercise, backup }, "back at its start")
    } else {
        let exercise = id.clone();
        (Event::Undo { exercise }, "as it was before the reset")
    };
    config.record(event)?;
    Ok(format!(
        "{id} is {place}; `workbook reset {id} --undo` goes back again"
    ))
}

/// `workbook skip`
pub fn skip(args: &SkipArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let exercise = config.named_or_current(args.id.as_deref(), "skip")?;
    config.record(Event::Skip {
        exercise: exercise.id.clone(),
    })?;
    screen.prose(format!(
        "{} is left for later; `workbook list --state skipped` shows what is",
        exercise.id
    ));
    if let Some(following) = config.current(None)? {
        screen.prose(format!(
            "  `workbook next`: {} — {}",
            following.id, following.title
        ));
    }
    Ok(Exit::Success)
}
