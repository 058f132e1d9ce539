//! What a meeting is about.

const LONGEST: usize = 60;

/// From 1 to 60 characters, without control characters and without white space around it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Title(String);

/// Why a text is no title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TitleError {
    /// There is nothing but white space.
    Empty,
    /// There are more than 60 characters.
    TooLong,
    /// There is a control character in it, such as a line break.
    Control,
}

impl Title {
    /// Takes a text, without white space around it.
    ///
    /// # Errors
    ///
    /// The first reason, in the order in which [`TitleError`] has them.
    pub fn new(text: &str) -> Result<Self, TitleError> {
        let text = text.trim();
        if text.is_empty() {
            Err(TitleError::Empty)
        } else if text.chars().count() > LONGEST {
            Err(TitleError::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(TitleError::Control)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
