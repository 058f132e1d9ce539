//! What an account is called.

use std::error::Error;
use std::fmt;

/// What an account is called: 2 to 32 of ASCII's letters, digits, `-`, `_` and `.`, a letter first.
///
/// Letters are kept small. `Ada` beside `ada`, or with a Cyrillic `а`, would be somebody who passes for her.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The most characters that a name may have.
    pub const LONGEST: usize = 32;

    /// Takes white space away from both ends, makes letters small, and takes what is left for a name.
    ///
    /// # Errors
    ///
    /// If that is none.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim().to_ascii_lowercase();
        let characters = text.chars().count();
        if !(2..=Self::LONGEST).contains(&characters) {
            return Err(InvalidName::Length { characters });
        }
        let known =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(known) {
            return Err(InvalidName::Character);
        }
        Ok(Self(text))
    }

    /// The name's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidName {
    /// It is shorter than 2 characters, or longer than [`Name::LONGEST`].
    Length {
        /// How long it is, without white space around it.
        characters: usize,
    },
    /// It has another character than a name may have, or begins with another than a letter.
    Character,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { characters } => write!(
                f,
                "the name has {characters} characters, and from 2 to {} are allowed",
                Name::LONGEST
            ),
            Self::Character => f.write_str(
                "a name has letters of ASCII, digits, `-`, `_` and `.`, and begins with a letter",
            ),
        }
    }
}

impl Error for InvalidName {}
