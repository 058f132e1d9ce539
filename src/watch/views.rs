//! What can be looked at.

use super::list::List;
use super::questions::Questions;

/// What is looked at.
#[derive(Debug, Clone)]
pub enum View {
    /// The exercise and its verdict.
    Exercise,
    /// A text.
    Page(Page),
    /// The list of exercises.
    List(List),
    /// The questions of a quiz.
    Questions(Questions),
    /// Whether to reset.
    Resetting,
}

/// A text to read.
#[derive(Debug, Clone)]
pub struct Page {
    /// What it is.
    pub kind: PageKind,
    /// What stands above it.
    pub title: String,
    /// The text.
    pub content: Content,
    /// Lines that are scrolled past.
    pub scroll: usize,
}

/// What a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// The hints so far.
    Hint,
    /// The statement.
    Statement,
    /// The week's reading.
    Notes,
    /// What was changed since the start.
    Diff,
    /// Mine beside the reference.
    DiffReference,
    /// The text for after passing.
    Debrief,
    /// Mine beside the starter's, measured in turn.
    Bench,
    /// Where time and memory go.
    Profile,
    /// The keys.
    Help,
}

impl PageKind {
    /// Whether the text takes a while to write.
    pub fn is_measured(self) -> bool {
        matches!(self, PageKind::Bench | PageKind::Profile)
    }
}

/// The text of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// To be rendered for the width that there is.
    Markdown(String),
    /// As they are.
    Lines(Vec<String>),
}
