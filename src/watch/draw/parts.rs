//! What several views are made of.

use std::path::{Path, PathBuf};

use colored::Colorize as _;

use super::super::keymap::Binding;
use crate::report::{tables, text};

/// A line across.
pub fn rule(columns: usize) -> String {
    "─".repeat(columns).dimmed().to_string()
}

/// Says that so many lines are further down.
pub fn more(lines: usize, columns: usize) -> String {
    let noun = if lines == 1 { "line" } else { "lines" };
    let words = format!("↓ {lines} more {noun}; PgDn");
    let words = if text::width(&words) > columns {
        format!("↓ {lines} more")
    } else {
        words
    };
    words.dimmed().to_string()
}

/// Keys with their names, in as few lines as they fit into.
pub fn keys(keys: &[(&str, &str)], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for (name, label) in keys {
        let item = format!("{} {}", name.bold().cyan(), label.dimmed());
        let taken = text::width(lines.last().map_or("", String::as_str));
        let gap = if taken == 0 { 0 } else { 2 };
        if taken + gap + text::width(&item) > columns && taken > 0 {
            lines.push(item);
        } else if let Some(last) = lines.last_mut() {
            last.push_str(&" ".repeat(gap));
            last.push_str(&item);
        }
    }
    lines
}

/// The names and labels of bindings.
pub fn names(bindings: &[Binding]) -> Vec<(&'static str, &'static str)> {
    bindings
        .iter()
        .map(|binding| (binding.name, binding.label))
        .collect()
}

/// One text at the left and one at the right; where both do not fit, the left is cut.
pub fn between(left: &str, right: &str, columns: usize) -> String {
    let right_width = text::width(right);
    let room = columns.saturating_sub(right_width + 2);
    if room < 8 {
        return text::cut(left, columns);
    }
    let left = text::cut(left, room);
    let gap = columns - right_width - text::width(&left);
    format!("{left}{}{right}", " ".repeat(gap))
}

/// How much of the course is done.
pub fn bar(done: usize, total: usize, columns: usize) -> String {
    let cells = if columns < 60 { 6 } else { 10 };
    format!("{} {done}/{total}", tables::bar(done, total, cells))
}

/// Lines wrapped to the width; what goes on is indented as its line is.
pub fn wrapped(lines: &[String], columns: usize) -> Vec<String> {
    let wrap = |line: &String| -> Vec<String> {
        let text = line.trim_start_matches(' ');
        let indent = (line.len() - text.len()).min(columns / 2);
        let pieces = text::wrap(text, columns - indent).into_iter();
        pieces.map(|piece| " ".repeat(indent) + &piece).collect()
    };
    lines.iter().flat_map(wrap).collect()
}

/// The end of a path, which says more than its start, in so many columns.
pub fn tail(path: &Path, columns: usize) -> PathBuf {
    let mut shown = path.to_owned();
    let mut parts = path.components();
    while text::width(&shown.to_string_lossy()) > columns && parts.next().is_some() {
        shown = Path::new("…").join(parts.as_path());
    }
    shown
}

/// A line as something that was so before.
pub fn faded(line: &str) -> String {
    text::plain(line).dimmed().to_string()
}
