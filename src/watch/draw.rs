//! From the state to lines.
//!
//! Pure: the same state at the same size gives the same lines. Each line is at most as wide as the
//! screen, and there are as many as it has.

mod exercise;
mod list;
mod page;
mod parts;
mod questions;

use std::time::Instant;

use super::state::State;
use super::views::View;
use crate::report::text;

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// One for each line of the screen.
    pub lines: Vec<String>,
    /// How many lines of the text fit.
    pub page: usize,
    /// How far the text can be scrolled.
    pub furthest: usize,
}

/// The size of the screen, and the time.
#[derive(Debug, Clone, Copy)]
pub struct Canvas {
    /// Columns.
    pub columns: usize,
    /// Lines.
    pub lines: usize,
    /// The time, for what goes on.
    pub now: Instant,
}

/// The three parts of every view.
struct Layout {
    /// Always there.
    head: Vec<String>,
    /// Scrolled if it is too long.
    body: Vec<String>,
    /// Always there, at the bottom.
    foot: Vec<String>,
    /// Lines of the body that are scrolled past.
    scroll: usize,
}

/// Wider than this, what belongs together is too far apart to be seen together.
const WIDEST: usize = 120;

/// Draws the state.
pub fn frame(state: &State, canvas: Canvas) -> Frame {
    let columns = canvas.columns.min(WIDEST);
    let canvas = Canvas { columns, ..canvas };
    let layout = match &state.view {
        View::Exercise | View::Resetting => exercise::layout(state, canvas),
        View::Page(shown) => page::layout(state, shown, canvas),
        View::List(shown) => list::layout(state, shown, canvas),
        View::Questions(shown) => questions::layout(state, shown, canvas),
    };
    compose(layout, canvas)
}

/// Puts the parts on the screen: what has to go first on a small one is the head, then the foot.
fn compose(layout: Layout, canvas: Canvas) -> Frame {
    let Layout {
        mut head,
        body,
        mut foot,
        scroll,
    } = layout;
    // Something of the body is always seen.
    let room = canvas.lines.saturating_sub(1);
    while head.len() + foot.len() > room && !head.is_empty() {
        head.remove(0);
    }
    foot.truncate(room);
    let page = canvas.lines.saturating_sub(head.len() + foot.len());
    let furthest = body.len().saturating_sub(page);
    let scroll = scroll.min(furthest);
    let mut lines = head;
    let seen = body.iter().skip(scroll).take(page).cloned();
    let mut seen: Vec<String> = seen.collect();
    seen.resize(page, String::new());
    if scroll < furthest
        && let Some(last) = seen.last_mut()
    {
        *last = parts::more(furthest - scroll + 1, canvas.columns);
    }
    lines.extend(seen);
    lines.extend(foot);
    Frame {
        lines: lines
            .iter()
            .map(|line| text::cut(line, canvas.columns))
            .collect(),
        page,
        furthest,
    }
}

#[cfg(test)]
mod tests;
