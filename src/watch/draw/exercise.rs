//! The exercise at hand: where it is in the course, what it asks, and what its checks say.

use std::time::Duration;

use colored::Colorize as _;

use super::super::keymap;
use super::super::running::{Live, Phase, Running};
use super::super::state::State;
use super::super::views::View;
use super::{Canvas, Layout, parts};
use crate::engine::{CheckState, Outcome, Verdict};
use crate::report::{Screen, text, verdict as words};

/// From when on a run's time is worth telling.
const LONG: Duration = Duration::from_secs(1);

pub fn layout(state: &State, canvas: Canvas) -> Layout {
    let head = head(state, canvas.columns, canvas.lines);
    let foot = foot(state, canvas);
    let room = canvas.lines.saturating_sub(head.len() + foot.len());
    Layout {
        body: body(state, canvas, room),
        head,
        foot,
        scroll: state.scroll,
    }
}

/// Where the learner is and what is asked.
pub fn head(state: &State, columns: usize, lines: usize) -> Vec<String> {
    let overview = &state.overview;
    let exercise = &state.hand.exercise;
    let place = state.place();
    let row = overview.rows.get(place);
    let week = row.and_then(|row| overview.weeks.get(row.week));
    let topic = row.and_then(|row| overview.topics.get(row.topic));
    let count = format!("{} of {}", place + 1, overview.rows.len());
    let bar = parts::bar(overview.done(), overview.rows.len(), columns);
    let (week, topic) = (
        week.map_or("", String::as_str),
        topic.map_or("", String::as_str),
    );
    let mut head = Vec::new();
    let whole = format!("{week} · {topic} · {count}");
    if text::width(&whole) + text::width(&bar) + 2 <= columns {
        head.push(parts::between(&whole.dimmed().to_string(), &bar, columns));
    } else {
        head.push(format!("{week} · {topic}").dimmed().to_string());
        head.push(parts::between(&count.dimmed().to_string(), &bar, columns));
    }
    let title = format!("{} — {}", exercise.id.cyan().bold(), exercise.title.bold());
    head.extend(text::wrap(&title, columns).into_iter().take(2));
    // On a low screen the verdict needs the room more.
    if lines >= 18 {
        head.extend(text::wrap(&exercise.summary, columns).into_iter().take(2));
    }
    let shown = parts::tail(&state.hand.file, columns);
    let link = Screen::in_memory(columns).path(&shown, &state.hand.address);
    let minutes = format!("about {} min", exercise.minutes)
        .dimmed()
        .to_string();
    if text::width(&link) + text::width(&minutes) + 2 <= columns {
        head.push(parts::between(&link, &minutes, columns));
    } else {
        head.push(link);
    }
    head.push(parts::rule(columns));
    head
}

/// What is known, for so many lines.
fn body(state: &State, canvas: Canvas, room: usize) -> Vec<String> {
    let columns = canvas.columns;
    let mut body = Vec::new();
    for path in &state.hand.changed_pristine {
        let note = format!(
            "{} your change to `{}` does not count: the course's own file is used",
            "note:".yellow(),
            path.display()
        );
        body.extend(text::wrap(&note, columns));
    }
    match (&state.running, &state.verdict) {
        (Some(running), _) if running.has_news() => body.extend(live(running, canvas)),
        // What is known of the old files stays, until something is known of the new ones.
        (Some(_), Some(verdict)) => {
            let lines = verdict_lines(state, verdict, columns, room);
            body.extend(lines.iter().map(|line| parts::faded(line)));
        }
        (Some(running), None) => body.extend(live(running, canvas)),
        (None, Some(verdict)) => body.extend(verdict_lines(state, verdict, columns, room)),
        (None, None) => body.extend(parts::wrapped(&state.trouble, columns)),
    }
    body
}

fn verdict_lines(state: &State, verdict: &Verdict, columns: usize, room: usize) -> Vec<String> {
    let exercise = &state.hand.exercise;
    let lines = |print: &dyn Fn(&mut Screen)| {
        let mut screen = Screen::in_memory(columns);
        print(&mut screen);
        let lines = screen.into_lines();
        // The gap that parts checks from an explanation parts nothing where no check was run.
        let blank = lines.iter().take_while(|line| line.is_empty()).count();
        parts::wrapped(&lines[blank..], columns)
    };
    let all = lines(&|screen| words::print(screen, exercise, verdict, false));
    if all.len() > room && verdict.outcome == Outcome::Failed && !does_not_build(verdict) {
        return lines(&|screen| words::print_failures_first(screen, exercise, verdict));
    }
    all
}

/// A run so far: the first error of the compiler, or the checks as they come in.
fn live(running: &Running, canvas: Canvas) -> Vec<String> {
    let columns = canvas.columns;
    if let Some(error) = &running.first_error {
        let lines: Vec<String> = error.trim_end().lines().map(str::to_owned).collect();
        return parts::wrapped(&lines, columns);
    }
    let screen = Screen::in_memory(columns);
    let line = |live: &Live| match &live.result {
        Some(result) => words::check_line(&screen, result),
        None => format!("· {}", live.shows).dimmed().to_string(),
    };
    let lines: Vec<String> = running.checks.iter().map(line).collect();
    parts::wrapped(&lines, columns)
}

fn foot(state: &State, canvas: Canvas) -> Vec<String> {
    let columns = canvas.columns;
    let mut foot = vec![parts::rule(columns)];
    if matches!(state.view, View::Resetting) {
        let question = format!(
            "{} Your files are kept, and `u` brings them back.",
            format!("Put {} back to its start?", state.hand.exercise.id).bold()
        );
        foot.extend(text::wrap(&question, columns));
        foot.extend(parts::keys(
            &[("y", "yes"), ("n", "no"), ("q", "quit")],
            columns,
        ));
        return foot;
    }
    foot.extend(
        text::wrap(&status(state, canvas), columns)
            .into_iter()
            .take(2),
    );
    if let Some(next) = offer(state) {
        foot.push(text::cut(&next, columns));
    }
    for note in state.notice.iter().chain(&state.standing_note) {
        foot.extend(
            text::wrap(&note.yellow().to_string(), columns)
                .into_iter()
                .take(2),
        );
    }
    let bindings = keymap::bindings(state);
    foot.extend(parts::keys(&parts::names(&bindings), columns));
    foot
}

/// What the run or the verdict comes to, in a line.
pub fn status(state: &State, canvas: Canvas) -> String {
    if let Some(running) = &state.running {
        return running_status(state, running, canvas);
    }
    let Some(verdict) = &state.verdict else {
        let words = if state.trouble.is_empty() {
            ""
        } else {
            "Nothing could be judged. Enter tries again."
        };
        return words.yellow().to_string();
    };
    let (passed, total) = verdict.tally();
    match &verdict.outcome {
        Outcome::Passed => format!(
            "{} {passed} of {total} checks, in {}.{}",
            "Passed:".green().bold(),
            words::seconds(verdict.took),
            if state.is_recorded { " Recorded." } else { "" }
        ),
        Outcome::Failed if does_not_build(verdict) => "It does not build.".red().bold().to_string(),
        Outcome::Failed if state.hand.is_done => format!(
            "{} It passed before, and is broken now.",
            format!("{passed} of {total} checks pass.").red().bold()
        ),
        Outcome::Failed => format!("{passed} of {total} checks pass.")
            .bold()
            .to_string(),
        Outcome::NotRun { .. } | Outcome::CouldNotJudge { .. } => {
            "Not judged. A save runs it.".yellow().to_string()
        }
    }
}

fn does_not_build(verdict: &Verdict) -> bool {
    let mut checks = verdict.checks.iter();
    checks.any(|check| check.id == "build" && check.state != CheckState::Passed)
}

fn running_status(state: &State, running: &Running, canvas: Canvas) -> String {
    let took = canvas.now.saturating_duration_since(running.since);
    let time = |took: Duration| match took {
        took if took >= LONG => format!(" · {} s", took.as_secs()),
        _ => String::new(),
    };
    let what = match &running.phase {
        Phase::Starting => "Checking …".to_owned(),
        Phase::Measuring => "Measuring …".to_owned(),
        Phase::Waiting => "Another workbook is building here; waiting for it …".to_owned(),
        Phase::Fetching => "Bringing the dependencies, once for the whole course …".to_owned(),
        Phase::Building {
            done,
            total,
            crates,
        } => format!("Building {done} of {total}: {crates}"),
        Phase::Testing => {
            let (over, total) = running.tally();
            let limit = state.hand.exercise.limits.test_wall.as_secs();
            match running.slowest(canvas.now) {
                Some((check, since)) if since >= LONG => {
                    let name = check.rsplit("::").next().unwrap_or(check);
                    let since = since.as_secs();
                    return format!("{over} of {total} checks · {name} {since} of {limit} s")
                        .cyan()
                        .to_string();
                }
                _ => format!("{over} of {total} checks …"),
            }
        }
    };
    format!("{what}{}", time(took)).cyan().to_string()
}

/// What comes next, after a pass.
fn offer(state: &State) -> Option<String> {
    let passes = state.running.is_none()
        && state
            .verdict
            .as_ref()
            .is_some_and(|verdict| verdict.outcome == Outcome::Passed);
    if !passes {
        return None;
    }
    Some(match state.following() {
        Some(at) => {
            let row = &state.overview.rows[at];
            format!("{} {} — {}", "Next:".bold(), row.id.cyan(), row.title)
        }
        None if state.overview.following.is_none() => "That was the last one.".bold().to_string(),
        None => return None,
    })
}
