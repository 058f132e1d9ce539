//! `open`: the learner's editor, at the first error.

use std::path::PathBuf;
use std::sync::Arc;

use super::args::OpenArgs;
use super::judge::{Meter, News, judge_files};
use super::{CliError, Config, Exit, editor};
use crate::course::Exercise;
use crate::engine::{EngineError, Event};
use crate::report::Screen;

/// `workbook open`
pub fn run(args: &OpenArgs, config: &mut Config, screen: &mut Screen) -> Result<Exit, CliError> {
    config.remember_starters()?;
    let exercise = config.named_or_current(args.id.as_deref(), "open")?;
    let Some(words) = editor::chosen() else {
        return Err(CliError::NoEditor {
            file: exercise.main_file(),
        });
    };
    let (file, line) = match first_error(config, &exercise, screen)? {
        Some((file, line)) => (file, Some(line)),
        None => (exercise.main_file(), None),
    };
    let address = config.desk.root.join(file);
    crate::engine::share_children();
    let status = editor::open(&words, &address, line).status();
    let status = status.map_err(|source| CliError::Editor {
        name: words[0].clone(),
        source,
    })?;
    Ok(if status.success() {
        Exit::Success
    } else {
        Exit::ChecksFailed
    })
}

/// Builds the exercise as far as the compiler's first word on the learner's files. What does not build for
/// another reason, or can't be built here at all, is opened all the same.
fn first_error(
    config: &Config,
    exercise: &Arc<Exercise>,
    screen: &mut Screen,
) -> Result<Option<(PathBuf, u32)>, CliError> {
    let (mut place, part) = (None, config.stop.part());
    let mut meter = Meter::of(exercise.checks().len());
    let _ = judge_files(&config.desk, exercise, &part, &mut |news| {
        let News::Event(event) = news else { return };
        meter.take(&event, screen);
        match event {
            Event::Diagnostic {
                is_error: true,
                rendered,
                ..
            } if place.is_none() => {
                place = editor::place_of_error(exercise, &[rendered]);
                if place.is_some() {
                    part.raise();
                }
            }
            // What its tests say is not asked for.
            Event::BuildFinished { .. } => part.raise(),
            _ => {}
        }
    });
    screen.end_progress();
    if config.stop.is_raised() {
        return Err(CliError::Engine(EngineError::Stopped));
    }
    Ok(place)
}
