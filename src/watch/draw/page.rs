//! A text to read.

use colored::Colorize as _;

use super::super::state::State;
use super::super::views::{Content, Page, PageKind};
use super::{Canvas, Layout, exercise, parts};
use crate::report::markdown;
use crate::report::text;

/// Prose reads badly in longer lines.
const PROSE: usize = 100;

pub fn layout(state: &State, page: &Page, canvas: Canvas) -> Layout {
    let columns = canvas.columns;
    let body = match &page.content {
        Content::Markdown(source) => {
            let rendered = markdown::render(source, columns.min(PROSE));
            rendered
                .lines()
                .map(|line| text::cut(line, columns))
                .collect()
        }
        Content::Lines(lines) => parts::wrapped(lines, columns),
    };
    let mut keys = vec![("↑↓", "scroll")];
    if page.kind == PageKind::Hint && state.hand.hints < state.hand.exercise.hints.len() {
        keys.push(("h", "next hint"));
    }
    if state.has_editor {
        keys.push(("o", "open"));
    }
    keys.extend([("esc", "back"), ("q", "quit")]);
    let mut foot = vec![parts::rule(columns)];
    // A save while a text is read runs the checks too.
    let status = exercise::status(state, canvas);
    if !status.is_empty() {
        foot.push(text::cut(&status, columns));
    }
    foot.extend(parts::keys(&keys, columns));
    Layout {
        head: vec![
            text::cut(&page.title.bold().to_string(), columns),
            parts::rule(columns),
        ],
        body,
        foot,
        scroll: page.scroll,
    }
}
