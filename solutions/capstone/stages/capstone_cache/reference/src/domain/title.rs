//! What a task is called.

use std::error::Error;
use std::fmt;

/// What a task is called: 1 to 200 characters in one line, without white space around them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Title(String);

impl Title {
    /// The most characters that a title may have.
    pub const LONGEST: usize = 200;

    /// Takes white space away from both ends, and what is left for a title.
    ///
    /// # Errors
    ///
    /// If nothing is left, or more than [`Title::LONGEST`] characters, or a control character, such as
    /// the end of a line.
    pub fn parse(text: &str) -> Result<Self, InvalidTitle> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidTitle::Empty);
        }
        // Characters, because a limit in bytes would be half as long for some alphabets as for others.
        let characters = text.chars().count();
        if characters > Self::LONGEST {
            return Err(InvalidTitle::TooLong { characters });
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidTitle::Control);
        }
        Ok(Self(text.to_owned()))
    }

    /// The title's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is no title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidTitle {
    /// There is nothing but white space.
    Empty,
    /// It is longer than [`Title::LONGEST`].
    TooLong {
        /// How long it is, without white space around it.
        characters: usize,
    },
    /// It has a control character.
    Control,
}

impl fmt::Display for InvalidTitle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the title is empty"),
            Self::TooLong { characters } => write!(
                f,
                "the title has {characters} characters, and at most {} are allowed",
                Title::LONGEST
            ),
            Self::Control => f.write_str("the title has a control character"),
        }
    }
}

impl Error for InvalidTitle {}
