//! The texts that keys show.

use std::sync::Arc;

use colored::Colorize as _;

use super::super::args::{DiffArgs, DiffWith, ROUNDS};
use super::super::bench::Measured;
use super::super::profile::Profiled;
use super::super::{CliError, Config, bench, browse, profile, solution};
use super::worker::Work;
use crate::course::Exercise;
use crate::engine::{EngineError, ProfileError};
use crate::report::Screen;
use crate::watch::{Content, PageKind, State, View, help};

/// A title and a text.
pub type Text = (String, Content);

/// The text of a page. What is counted is recorded.
///
/// # Errors
///
/// If it is not there, or can't be read or recorded.
pub fn page(
    kind: PageKind,
    config: &mut Config,
    state: &State,
    columns: usize,
) -> Result<Text, CliError> {
    let exercise = &*state.hand.exercise;
    let id = &exercise.id;
    Ok(match kind {
        PageKind::Hint => return hints(config, state),
        PageKind::Statement => (
            format!("{id} · what it asks"),
            Content::Markdown(browse::statement(config, exercise)?),
        ),
        PageKind::Notes => {
            let week = config.course.week_of(exercise);
            let text = browse::reading(config, week)?;
            (format!("{} · notes", week.title), Content::Markdown(text))
        }
        PageKind::Debrief => (
            format!("{id} · why it matters"),
            Content::Markdown(solution::debrief_of(config, exercise)?),
        ),
        PageKind::Diff => (
            format!("{id} · what you changed since the start"),
            diff(config, id, DiffWith::Starter, columns)?,
        ),
        PageKind::DiffReference => (
            format!("{id} · yours (-) beside the reference (+)"),
            diff(config, id, DiffWith::Reference, columns)?,
        ),
        PageKind::Help => ("Keys".to_owned(), Content::Lines(help(state, columns))),
        PageKind::Bench | PageKind::Profile => measuring(kind, state),
    })
}

/// The hints so far. The first press shows what is known already, and only if that is nothing counts one;
/// a press while they are shown counts the next.
fn hints(config: &mut Config, state: &State) -> Result<Text, CliError> {
    let exercise = &*state.hand.exercise;
    let all = exercise.hints.len();
    let is_open = matches!(&state.view, View::Page(page) if page.kind == PageKind::Hint);
    let shown = if is_open || state.hand.hints == 0 {
        browse::one_more_hint(config, exercise)?.0
    } else {
        state.hand.hints.min(all)
    };
    let hints = exercise.hints.iter().take(shown).enumerate();
    let hints =
        hints.map(|(at, hint)| format!("## Hint {} of {all}\n\n{}\n\n", at + 1, hint.trim()));
    let last = (shown == all).then(|| {
        let id = &exercise.id;
        if all == 0 {
            return format!("`{id}` came without a hint.\n");
        }
        format!(
            "That was the last one. `workbook solution {id} --before-pass` shows the reference.\n"
        )
    });
    let text: String = hints.chain(last).collect();
    Ok((format!("{} · hints", exercise.id), Content::Markdown(text)))
}

fn diff(
    config: &mut Config,
    id: &str,
    with: DiffWith,
    columns: usize,
) -> Result<Content, CliError> {
    let mut screen = Screen::in_memory(columns);
    let args = DiffArgs {
        id: Some(id.to_owned()),
        with,
        before_pass: false,
    };
    solution::diff(&args, config, &mut screen)?;
    Ok(Content::Lines(screen.into_lines()))
}

/// What stands where measurements will.
pub fn measuring(kind: PageKind, state: &State) -> Text {
    let id = &state.hand.exercise.id;
    let (title, words) = match kind {
        PageKind::Profile => ("where your time and memory go", "Profiling"),
        _ => (
            "yours beside the starter's",
            "Measuring in turn with the starter's",
        ),
    };
    let words = format!("{words}; this takes a while. Esc ends it.");
    let lines = vec![words.dimmed().to_string()];
    (format!("{id} · {title}"), Content::Lines(lines))
}

/// The work of measuring, for another thread.
///
/// # Errors
///
/// If there is nothing to measure, or files can't be read.
pub fn work(
    kind: PageKind,
    config: &mut Config,
    exercise: &Arc<Exercise>,
    columns: usize,
) -> Result<Work, CliError> {
    if kind == PageKind::Profile {
        let profiled = Profiled::mine(config, exercise)?;
        let id = exercise.id.clone();
        return Ok(Box::new(move |stop| {
            let mut screen = Screen::in_memory(columns);
            match profiled.profile(stop, &mut |_| {}) {
                Ok(profile) => {
                    for line in profiled.lines(&profile, screen.width) {
                        screen.prose(line);
                    }
                    let more = format!("the flame graphs: `workbook profile {id} --html FILE`");
                    screen.prose(more.dimmed().to_string());
                }
                Err(error @ ProfileError::Engine(EngineError::Stopped)) => return Err(error.into()),
                Err(error) => {
                    let why = profile::why(&error);
                    for line in why.into_iter().chain(CliError::from(error).render()) {
                        screen.line(line);
                    }
                }
            }
            Ok(screen.into_lines())
        }));
    }
    let measured = Measured::of(config, exercise)?;
    let is_passed = config.progress.is_passed(&exercise.id);
    Ok(Box::new(move |stop| {
        let compared = measured.compare(ROUNDS, stop, &mut |_| {})?;
        let mut screen = Screen::in_memory(columns);
        bench::print(&compared, &mut screen);
        if !is_passed {
            screen.line(bench::REFERENCE_LATER.dimmed().to_string());
        }
        Ok(screen.into_lines())
    }))
}
