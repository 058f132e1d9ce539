//! What is wrong in a course's own files, with the place and what to do about it.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use thiserror::Error;

/// A file of the course, kept for showing lines of it.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Relative to the course, for showing.
    pub path: PathBuf,
    /// The whole text.
    pub text: String,
}

/// One problem in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The file it is in.
    pub file: Arc<SourceText>,
    /// The bytes to point at.
    pub span: Range<usize>,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What can be wrong. `Display` is the headline; [`ProblemKind::label`] stands at the caret and
/// [`ProblemKind::help`] below.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProblemKind {
    #[error("the file is not UTF-8")]
    #[expect(missing_docs, reason = "the messages say what each variant means")]
    NotText { byte: u8 },
    #[error("invalid TOML")]
    #[expect(missing_docs, reason = "as above")]
    Syntax { message: String },
    #[error("unknown key `{key}`")]
    #[expect(missing_docs, reason = "as above")]
    UnknownKey {
        key: String,
        known: Vec<&'static str>,
        /// It is a key of the file's root, and so stands too far down.
        of_root: bool,
    },
    #[error("missing key `{key}`")]
    #[expect(missing_docs, reason = "as above")]
    MissingKey {
        key: &'static str,
        expected: &'static str,
    },
    #[error("`{key}` has the wrong type")]
    #[expect(missing_docs, reason = "as above")]
    WrongType {
        key: String,
        expected: &'static str,
        found: &'static str,
    },
    #[error("`{key}` can't be {found}")]
    #[expect(missing_docs, reason = "as above")]
    BadValue {
        key: String,
        found: String,
        expected: String,
    },
    #[error("`{id}` is not a valid id")]
    #[expect(missing_docs, reason = "as above")]
    BadId { id: String },
    #[error("the id `{id}` is used twice")]
    #[expect(missing_docs, reason = "as above")]
    DuplicateId { id: String, first: String },
    #[error("`{id}` is retired")]
    #[expect(missing_docs, reason = "as above")]
    RetiredId { id: String },
    #[error("unknown {what} `{name}`")]
    #[expect(missing_docs, reason = "as above")]
    Unknown {
        what: &'static str,
        name: String,
        nearest: Option<String>,
    },
    #[error("`{path}` does not exist")]
    #[expect(missing_docs, reason = "as above")]
    MissingFile { path: PathBuf, remedy: &'static str },
    #[error("{found} hints, expected exactly three")]
    #[expect(missing_docs, reason = "as above")]
    HintCount { found: usize },
    #[error("exercises need each other in a circle")]
    #[expect(missing_docs, reason = "as above")]
    Cycle { path: Vec<String> },
    #[error("`{id}` is needed, but comes later in the course")]
    #[expect(missing_docs, reason = "as above")]
    NeedsLater { id: String },
    #[error("`{path}` is not listed in any topic or project")]
    #[expect(missing_docs, reason = "as above")]
    Unlisted { path: PathBuf, list: &'static str },
}

impl ProblemKind {
    /// A few words for the caret.
    pub fn label(&self) -> String {
        match self {
            Self::NotText { byte } => format!("the byte {byte:#04x} can't stand here"),
            Self::Syntax { message } => message.clone(),
            Self::UnknownKey { .. } => "not a key of this table".to_owned(),
            Self::MissingKey { key, expected } => format!("expected `{key}`: {expected}"),
            Self::WrongType {
                expected, found, ..
            } => format!("expected {expected}, found {found}"),
            Self::BadValue { expected, .. } => format!("expected {expected}"),
            Self::BadId { .. } => "expected lower-case words joined by underscores".to_owned(),
            Self::DuplicateId { first, .. } => format!("first used at {first}"),
            Self::RetiredId { .. } => "a retired id stays retired".to_owned(),
            Self::Unknown { what, .. } => format!("no such {what}"),
            Self::MissingFile { .. } => "named here".to_owned(),
            Self::HintCount { .. } => "a nudge, the approach, nearly there".to_owned(),
            Self::Cycle { path } => path.join(" → "),
            Self::NeedsLater { .. } => "needed here".to_owned(),
            Self::Unlisted { .. } => "not listed here".to_owned(),
        }
    }

    /// Whether this leaves in doubt what one of these keys says.
    pub(super) fn touches(&self, keys: &[&str]) -> bool {
        match self {
            Self::Syntax { .. } | Self::NotText { .. } => true,
            Self::UnknownKey { key, .. } => nearest(key, keys.iter().copied()).is_some(),
            Self::MissingKey { key, .. } => keys.contains(key),
            Self::WrongType { key, .. } | Self::BadValue { key, .. } => {
                keys.contains(&key.as_str())
            }
            _ => false,
        }
    }

    /// What to do, where the label does not say it already.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::UnknownKey {
                key, of_root: true, ..
            } => Some(format!(
                "move `{key}` above the first `[table]`: what follows a table's header belongs to that table"
            )),
            Self::UnknownKey { key, known, .. } => {
                Some(match nearest(key, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known keys are {}", quoted(known)),
                })
            }
            Self::Unknown {
                nearest: Some(near),
                ..
            } => Some(format!("did you mean `{near}`?")),
            Self::NotText { .. } => Some("save the file as UTF-8".to_owned()),
            Self::MissingFile { remedy, .. } => Some((*remedy).to_owned()),
            // A check's id is of this file only.
            Self::DuplicateId { id, .. } if id.contains("::") => None,
            Self::DuplicateId { .. } => {
                Some("ids are permanent and unique: progress files name them".to_owned())
            }
            Self::RetiredId { .. } => Some("choose an id that was never used".to_owned()),
            Self::Cycle { .. } => Some("take one of these out of `needs`".to_owned()),
            Self::NeedsLater { id } => Some(format!(
                "move `{id}` forward in curriculum.toml, or do not need it"
            )),
            Self::Unlisted { list, .. } => Some(format!("add its id to {list}, or remove it")),
            _ => None,
        }
    }
}

fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

impl Problem {
    /// The problem in rustc's shape, with ANSI colours; the writer strips them where they are unwanted.
    pub fn render(&self) -> String {
        let title = self.kind.to_string();
        let label = self.kind.label();
        let path = self.file.path.display().to_string();
        // A span at the very end, or in an empty file, still has to lie inside the text.
        let end = self.span.end.min(self.file.text.len());
        let span = self.span.start.min(end)..end;
        let report = [
            Group::with_title(Level::ERROR.primary_title(title.as_str())).element(
                Snippet::source(self.file.text.as_str())
                    .path(path.as_str())
                    .annotation(AnnotationKind::Primary.span(span).label(label.as_str())),
            ),
        ];
        let renderer = Renderer::styled();
        match self.kind.help() {
            None => renderer.render(&report).clone(),
            Some(help) => {
                let [group] = report;
                let group = group.element(Level::HELP.message(help.as_str()));
                renderer.render(&[group]).clone()
            }
        }
    }

    /// `path:line`, both as an editor counts them.
    pub fn place(&self) -> String {
        let start = self.span.start.min(self.file.text.len());
        let line = self.file.text[..start].matches('\n').count() + 1;
        format!("{}:{line}", self.file.path.display())
    }
}

/// The candidate most like `unknown`, if it is like it at all.
///
/// The measure is Jaro-Winkler, and 0.8 its usual threshold for a "did you mean".
pub fn nearest<'a>(unknown: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(unknown, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}
