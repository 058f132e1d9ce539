//! The list of exercises.

use colored::Colorize as _;

use super::super::list::List;
use super::super::overview::{Row, Standing};
use super::super::state::State;
use super::{Canvas, Layout, parts};
use crate::report::text;

/// After the exercise that is to be done next.
const NEXT: &str = " ← next";

/// A title that is cut shorter than this says nothing.
const SHORTEST_TITLE: usize = 16;

/// Columns for what stands around id and title: pointer, mark, minutes and gaps.
const AROUND_TITLE: usize = 16;

pub fn layout(state: &State, list: &List, canvas: Canvas) -> Layout {
    let columns = canvas.columns;
    let overview = &state.overview;
    let found = list.matches(overview);
    let mut body = Vec::new();
    let mut chosen_line = 0;
    let mut heading = None;
    let widest = found.iter().map(|&at| {
        let next = if overview.following == Some(at) {
            NEXT
        } else {
            ""
        };
        text::width(&overview.rows[at].id) + text::width(next)
    });
    // Titles for all, or for none: next to nothing of one says nothing.
    let room = columns.saturating_sub(widest.max().unwrap_or(0) + AROUND_TITLE);
    let with_titles = room >= SHORTEST_TITLE;
    for &at in &found {
        let row = &overview.rows[at];
        if heading != Some((row.week, row.topic)) {
            heading = Some((row.week, row.topic));
            let title = format!(
                "{} · {}",
                overview.weeks[row.week], overview.topics[row.topic]
            );
            body.push(text::cut(&title.bold().to_string(), columns));
        }
        if at == list.chosen {
            chosen_line = body.len();
        }
        let is_next = overview.following == Some(at);
        body.push(line(row, at == list.chosen, is_next, with_titles, columns));
    }
    if found.is_empty() {
        body.push("no exercise matches".dimmed().to_string());
    }

    let mut head = vec![parts::between(
        &format!("{} of {} exercises", found.len(), overview.rows.len())
            .bold()
            .to_string(),
        &parts::bar(overview.done(), overview.rows.len(), columns),
        columns,
    )];
    if list.typing || list.is_narrowed() {
        head.push(text::cut(&narrowing(state, list), columns));
    }
    head.push(parts::rule(columns));

    let keys: &[(&str, &str)] = if list.typing {
        &[("⏎", "go"), ("↑↓", "choose"), ("esc", "end the search")]
    } else {
        &[
            ("⏎", "go"),
            ("/", "search"),
            ("w", "week"),
            ("t", "topic"),
            ("s", "state"),
            ("esc", if list.is_narrowed() { "all" } else { "back" }),
            ("q", "quit"),
        ]
    };
    let mut foot = vec![parts::rule(columns)];
    foot.extend(parts::keys(keys, columns));
    // The chosen one is in the middle, where there is enough around it.
    let page = canvas.lines.saturating_sub(head.len() + foot.len());
    Layout {
        head,
        scroll: chosen_line.saturating_sub(page / 2),
        body,
        foot,
    }
}

fn line(row: &Row, is_chosen: bool, is_next: bool, with_title: bool, columns: usize) -> String {
    let mark = match row.standing {
        Standing::Passed => "✓".green(),
        Standing::Broken => "✗".red(),
        Standing::Skipped => "–".yellow(),
        Standing::Open => "·".dimmed(),
    };
    let pointer = if is_chosen {
        "›".cyan().bold().to_string()
    } else {
        " ".to_owned()
    };
    let id = if is_chosen {
        row.id.cyan().bold().to_string()
    } else {
        row.id.clone()
    };
    let next = if is_next {
        NEXT.cyan().to_string()
    } else {
        String::new()
    };
    let head = format!("{pointer} {mark} {id}{next}");
    let minutes = format!("{} min", row.minutes).dimmed().to_string();
    if !with_title {
        return parts::between(&head, &minutes, columns);
    }
    let room = columns.saturating_sub(text::width(&head) + text::width(&minutes) + 4);
    let title = text::cut(&row.title, room);
    parts::between(&format!("{head}  {}", title.dimmed()), &minutes, columns)
}

/// What is looked for, in a line.
fn narrowing(state: &State, list: &List) -> String {
    let mut words = Vec::new();
    if list.typing || !list.search.is_empty() {
        let cursor = if list.typing { "▏" } else { "" };
        words.push(format!("/{}{cursor}", list.search));
    }
    let overview = &state.overview;
    words.extend(list.week.map(|week| overview.weeks[week].clone()));
    words.extend(list.topic.map(|topic| overview.topics[topic].clone()));
    words.extend(list.standing.map(|standing| standing.name().to_owned()));
    words.join(" · ").cyan().to_string()
}
