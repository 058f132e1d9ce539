//! The learner's file, as text.

use std::panic::Location;
use std::path::Path;

/// A file of an exercise: where it is and what is in it.
///
/// ```ignore
/// let source = Source::new("src/limits.rs", include_str!("../src/limits.rs"));
/// ```
#[derive(Debug, Clone)]
pub struct Source {
    path: &'static str,
    text: &'static str,
}

impl Source {
    /// A file by its path in the crate.
    #[must_use]
    pub const fn new(path: &'static str, text: &'static str) -> Self {
        Self { path, text }
    }

    /// The first line of code, comments left out, that has one of these words: as `path:line` and text.
    /// For what a model can't look into and the statement rules out, such as `std::sync`.
    #[must_use]
    pub fn first_with(&self, words: &[&str]) -> Option<(String, &'static str)> {
        (1..)
            .zip(self.text.lines())
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .find(|(_, line)| words.iter().any(|word| line.contains(word)))
            .map(|(number, line)| (format!("{}:{number}", self.path), line))
    }

    /// What the thing is called that is made at this place: the field or variable before `Type::new`.
    pub(super) fn name_at(&self, place: &Location<'_>) -> Option<&'static str> {
        if Path::new(place.file()).file_name() != Path::new(self.path).file_name() {
            return None;
        }
        let number = usize::try_from(place.line()).ok()?;
        let line = self.text.lines().nth(number.checked_sub(1)?)?;
        let column = usize::try_from(place.column()).ok()?;
        let before = line.get(..column.checked_sub(1)?)?;
        // `name: Type::new(` in a struct, `let name = Type::new(` or `let name: Type = Type::new(`.
        let target = before.split([':', '=']).next()?;
        let name = target.split_whitespace().next_back()?;
        let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && target.len() < before.len();
        is_name.then_some(name)
    }
}
