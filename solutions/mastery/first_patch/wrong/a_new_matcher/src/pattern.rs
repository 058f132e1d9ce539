//! What a pattern is made of.

use std::fmt;

use crate::table;

/// A pattern for paths. See the crate's documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
    /// No path with fewer parts can match. Most paths of a large tree are sorted out by this.
    least: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// `**`
    Parts,
    /// With `?` and `*` in it.
    Name(String),
}

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPattern {
    /// Nothing before, between or after a `/`.
    EmptyPart,
    /// `**` and something else in one part.
    StarsInAName,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the text.
    pub fn new(text: &str) -> Result<Pattern, BadPattern> {
        let parts: Vec<Part> = text.split('/').map(part).collect::<Result<_, _>>()?;
        let names = parts.iter().filter(|part| **part != Part::Parts).count();
        let least = names + usize::from(parts.last() == Some(&Part::Parts));
        Ok(Pattern { parts, least })
    }

    /// Whether a path, as a whole, is one of those that the pattern stands for.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        names.len() >= self.least && table::path(&self.parts, &names)
    }
}

fn part(text: &str) -> Result<Part, BadPattern> {
    match text {
        "" => Err(BadPattern::EmptyPart),
        "**" => Ok(Part::Parts),
        name if name.contains("**") => Err(BadPattern::StarsInAName),
        name => Ok(Part::Name(name.to_owned())),
    }
}

impl fmt::Display for BadPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadPattern::EmptyPart => "a part of the pattern is empty",
            BadPattern::StarsInAName => "`**` is a part of its own",
        })
    }
}

impl std::error::Error for BadPattern {}
