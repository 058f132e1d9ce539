//! `review.toml`: a change to review, and how findings are scored.

use serde::{Deserialize, Serialize};

use super::problem::ProblemKind;
use super::reader::Document;

/// The name of the file beside `exercise.toml`.
pub const FILE: &str = "review.toml";

/// The learner's file, relative to the crate.
pub const FINDINGS: &str = "findings.toml";

/// The defects, in the solution's folder: what the key is made from.
pub const DEFECTS: &str = "defects.toml";

/// The sealed defects, beside `review.toml`.
pub const KEY: &str = "review.key";

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The words to name a defect by.
    pub kinds: Vec<String>,
    /// The score that passes.
    pub at_least: u32,
    /// What a pass shows.
    pub shows: String,
}

/// One finding, of a learner or, with several lines, of the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Below `review/`.
    pub file: String,
    /// First and last line, from 1.
    pub lines: (u32, u32),
    /// One of [`Review::kinds`].
    pub kind: String,
}

impl Finding {
    /// One form for each line, to be compared.
    pub fn forms(&self) -> Vec<String> {
        let (first, last) = self.lines;
        (first..=last)
            .map(|line| format!("{}:{line}:{}", self.file, self.kind))
            .collect()
    }
}

/// Reads a `review.toml`.
pub(super) fn read(document: &Document<'_>) -> Option<Review> {
    document.read(|root| {
        let kinds = root.texts("kinds", "the words to name a defect by");
        let at_least = root.number("at_least", "the score that passes");
        let shows = root.text("shows", "what a pass shows");
        if root.count("kinds") == Some(0) {
            root.missing("kinds", "at least one word to name a defect by");
        }
        let at_least = at_least?;
        if at_least.value.fract() != 0.0 || !(1.0..=100.0).contains(&at_least.value) {
            let found = at_least.value.to_string();
            let expected = "a whole number from 1 to 100".to_owned();
            let key = "at_least".to_owned();
            root.note(
                at_least.span,
                ProblemKind::BadValue {
                    key,
                    found,
                    expected,
                },
            );
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "1 to 100"
        )]
        let at_least = at_least.value as u32;
        let kinds = kinds?.value.into_iter().map(|kind| kind.value).collect();
        Some(Review {
            kinds,
            at_least,
            shows: shows?.value,
        })
    })
}

/// Whose findings are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingsOf {
    /// A learner's: each names one line.
    Learner,
    /// The key's: each has a range, any line of which is right.
    Key,
}

/// Reads findings.
///
/// # Errors
///
/// In words for the learner: what is wrong in the file, and what was expected.
pub fn parse_findings(
    text: &str,
    review: &Review,
    whose: FindingsOf,
) -> Result<Vec<Finding>, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
    if let Some(unknown) = table.keys().find(|key| *key != "findings") {
        return Err(format!(
            "unknown key `{unknown}`; findings are `[[findings]]` tables"
        ));
    }
    let Some(list) = table.get("findings") else {
        return Ok(Vec::new());
    };
    let list = list
        .as_array()
        .ok_or("`findings` has to be an array of tables, `[[findings]]`")?;
    let parse = |(at, finding): (usize, &toml::Value)| {
        let text = |key: &str| {
            finding
                .get(key)
                .and_then(toml::Value::as_str)
                .map(str::to_owned)
        };
        let number = |value: &toml::Value| value.as_integer().and_then(|n| u32::try_from(n).ok());
        let line = finding
            .get("line")
            .and_then(number)
            .map(|line| (line, line));
        let lines = finding
            .get("lines")
            .and_then(toml::Value::as_array)
            .and_then(|pair| match pair.as_slice() {
                [first, last] => Some((number(first)?, number(last)?)),
                _ => None,
            });
        let number = at + 1;
        let file = text("file").ok_or(format!("finding {number} has no `file`"))?;
        let kind = text("kind").ok_or(format!("finding {number} has no `kind`"))?;
        // A learner who could name a range would name the whole file.
        let (place, wanted) = match whose {
            FindingsOf::Learner => (line, "line"),
            FindingsOf::Key => (lines.or(line), "lines"),
        };
        let lines = place.ok_or(format!("finding {number} has no `{wanted}`"))?;
        if !review.kinds.contains(&kind) {
            return Err(format!(
                "finding {number}: unknown kind `{kind}`; kinds are {}",
                review.kinds.join(", ")
            ));
        }
        Ok(Finding { file, lines, kind })
    };
    list.iter().enumerate().map(parse).collect()
}
