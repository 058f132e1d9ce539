//! `list`: exercises with their state, or objectives with who teaches them.

use colored::Colorize as _;
use serde_json::{Value, json};

use super::args::{ListArgs, StateFilter};
use super::{CliError, Config, Exit};
use crate::course::{Exercise, Objective};
use crate::report::progress::Reach;
use crate::report::{self, Screen, tables};

/// `workbook list`
pub fn run(args: &ListArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    if args.objectives {
        return objectives(args, config, screen);
    }
    let week = args
        .week
        .as_deref()
        .map(|name| config.week(name))
        .transpose()?
        .map(|(at, _)| at);
    let wanted = |exercise: &&Exercise| {
        week.is_none_or(|week| exercise.week == week)
            && args
                .state
                .is_none_or(|state| matches(state, config, exercise))
    };
    let chosen: Vec<&Exercise> = config
        .order(args.track.as_deref())?
        .into_iter()
        .filter(wanted)
        .collect();
    if args.json {
        let entries: Vec<Value> = chosen
            .iter()
            .map(|exercise| to_json(exercise, config))
            .collect();
        screen.line(report::json::document(json!({ "exercises": entries })));
        return Ok(Exit::Success);
    }
    let current = config
        .current(args.track.as_deref())?
        .map(|exercise| exercise.id.clone());
    let mut heading = None;
    let mut rows: Vec<Row<'_>> = Vec::new();
    for exercise in &chosen {
        let here = (exercise.week, exercise.part);
        if heading != Some(here) && args.track.is_none() {
            flush(screen, &mut rows);
            let part = config.course.part_of(exercise);
            let week = &config.course.week_of(exercise).title;
            let title = format!("{week} · {}", part.title);
            if tables::shown(&title) > screen.width {
                screen.line(week.bold().to_string());
                screen.line(format!("  {}", part.title.bold()));
            } else {
                screen.line(title.bold().to_string());
            }
            heading = Some(here);
        }
        let is_current = current.as_ref() == Some(&exercise.id);
        let id = if is_current {
            exercise.id.cyan().bold().to_string()
        } else {
            exercise.id.clone()
        };
        let minutes = format!("{} min", exercise.minutes).dimmed().to_string();
        let next = if is_current {
            format!(" {}", screen.mark("← next", "(next)").cyan())
        } else {
            String::new()
        };
        rows.push(Row {
            exercise: format!("  {} {id}", mark(config, exercise, screen)),
            minutes,
            title: &exercise.title,
            next,
        });
    }
    flush(screen, &mut rows);
    if chosen.is_empty() {
        screen.line("no exercise matches");
    }
    Ok(Exit::Success)
}

/// What is shown of an exercise.
struct Row<'c> {
    exercise: String,
    minutes: String,
    title: &'c str,
    /// After the title of the current one.
    next: String,
}

/// A title that is cut shorter than this says nothing.
const SHORTEST_TITLE: usize = 16;

/// Prints the rows of one part. Titles are cut where they would wrap into the next row, and left to
/// `show` where next to nothing of them would remain.
fn flush(screen: &mut Screen, rows: &mut Vec<Row<'_>>) {
    let widest = |widths: &mut dyn Iterator<Item = &str>| widths.map(tables::shown).max();
    let columns = [
        widest(&mut rows.iter().map(|row| row.exercise.as_str())),
        widest(&mut rows.iter().map(|row| row.minutes.as_str())),
        widest(&mut rows.iter().map(|row| row.next.as_str())),
    ];
    let taken: usize = columns.into_iter().flatten().sum();
    // Two spaces between columns.
    let room = screen.width.saturating_sub(taken + 4);
    let cells: Vec<Vec<String>> = rows
        .drain(..)
        .map(|row| {
            if room < SHORTEST_TITLE {
                return vec![row.exercise + &row.next];
            }
            let title = cut(row.title, room, screen.mark("…", "..."));
            vec![row.exercise, row.minutes, title + &row.next]
        })
        .collect();
    for line in tables::columns(&cells) {
        screen.line(line);
    }
}

/// At most so many columns of a text, with a sign where something is left out.
fn cut(text: &str, columns: usize, sign: &str) -> String {
    if tables::shown(text) <= columns {
        return text.to_owned();
    }
    let kept: String = text.chars().take(columns - tables::shown(sign)).collect();
    kept.trim_end().to_owned() + sign
}

/// How an exercise stands.
pub fn state_of(config: &Config, exercise: &Exercise) -> StateFilter {
    let skipped = config
        .progress
        .state(&exercise.id)
        .is_some_and(|state| state.skipped);
    if config.progress.broken(&exercise.id) {
        StateFilter::Broken
    } else if !config.is_open(exercise) {
        StateFilter::Passed
    } else if skipped {
        StateFilter::Skipped
    } else {
        StateFilter::Open
    }
}

fn matches(filter: StateFilter, config: &Config, exercise: &Exercise) -> bool {
    state_of(config, exercise) == filter
}

/// A state in a word.
pub fn name(state: StateFilter) -> &'static str {
    match state {
        StateFilter::Open => "open",
        StateFilter::Passed => "passed",
        StateFilter::Broken => "broken",
        StateFilter::Skipped => "skipped",
    }
}

fn mark(config: &Config, exercise: &Exercise, screen: &Screen) -> String {
    let state = state_of(config, exercise);
    match state {
        StateFilter::Passed => screen.mark("✓", name(state)).green().to_string(),
        StateFilter::Broken => screen.mark("✗", name(state)).red().to_string(),
        StateFilter::Skipped => screen.mark("–", name(state)).yellow().to_string(),
        StateFilter::Open => screen.mark("·", name(state)).dimmed().to_string(),
    }
}

fn to_json(exercise: &Exercise, config: &Config) -> Value {
    let state = config.progress.state(&exercise.id);
    json!({
        "id": exercise.id,
        "title": exercise.title,
        "summary": exercise.summary,
        "week": config.course.week_of(exercise).id,
        "part": config.course.part_of(exercise).id,
        "minutes": exercise.minutes,
        "objectives": exercise.objectives,
        "needs": exercise.needs,
        "file": exercise.main_file(),
        "state": name(state_of(config, exercise)),
        "hints_shown": state.map_or(0, |state| state.hints),
    })
}

/// How each objective stands, in the course's order.
pub fn reaches(config: &Config) -> Vec<Reach> {
    let exercises = &config.course.exercises;
    let reach = |objective: &Objective| {
        let mut teaching = exercises
            .iter()
            .filter(|one| one.objectives.contains(&objective.id))
            .peekable();
        if teaching.peek().is_none() {
            Reach::Untaught
        } else if teaching.any(|one| !config.is_open(one)) {
            Reach::Reached
        } else {
            Reach::Open
        }
    };
    config.course.objectives.iter().map(reach).collect()
}

fn objectives(args: &ListArgs, config: &Config, screen: &mut Screen) -> Result<Exit, CliError> {
    let week = args
        .week
        .as_deref()
        .map(|name| config.week(name))
        .transpose()?;
    let teachers = |id: &str| -> Vec<&str> {
        let teaching = config
            .course
            .exercises
            .iter()
            .filter(|e| e.objectives.iter().any(|o| o == id));
        teaching.map(|exercise| exercise.id.as_str()).collect()
    };
    let of_week = |id: &str| {
        week.is_none_or(|(_, week)| {
            let topic = id.split('.').next().unwrap_or_default();
            week.parts.iter().any(|part| part.id == topic)
        })
    };
    let all = config.course.objectives.iter().zip(reaches(config));
    let chosen: Vec<(&Objective, Reach)> = all
        .filter(|(objective, _)| of_week(&objective.id))
        .collect();
    let count = |wanted: Reach| chosen.iter().filter(|(_, reach)| *reach == wanted).count();
    let untaught = count(Reach::Untaught);
    if args.json {
        let entries: Vec<Value> = chosen
            .iter()
            .map(|(objective, reach)| {
                json!({
                    "id": objective.id,
                    "text": objective.text,
                    "go": objective.go,
                    "from": objective.from,
                    "taught_by": teachers(&objective.id),
                    "state": reach.name(),
                })
            })
            .collect();
        screen.line(report::json::document(
            json!({ "objectives": entries, "untaught": untaught }),
        ));
        return Ok(Exit::Success);
    }
    for (objective, reach) in &chosen {
        let taught_by = teachers(&objective.id);
        let mark = match reach {
            Reach::Reached => screen.mark("✓", "reached:").green(),
            Reach::Open => screen.mark("·", "open:").normal(),
            Reach::Untaught => screen.mark("–", "not taught:").yellow(),
        };
        let by = if taught_by.is_empty() {
            "no exercise yet".dimmed().to_string()
        } else {
            taught_by.join(", ").cyan().to_string()
        };
        screen.line(format!("{mark} {}  {by}", objective.id.bold()));
        screen.line(format!("    {}", objective.text));
    }
    let taught = chosen.len() - untaught;
    screen.prose(format!(
        "{taught} of {} objectives are taught by an exercise, {} are reached",
        chosen.len(),
        count(Reach::Reached)
    ));
    Ok(Exit::Success)
}
