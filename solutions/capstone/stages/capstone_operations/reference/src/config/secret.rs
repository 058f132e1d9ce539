//! A text that is used and never shown.

use std::fmt;

/// A text that is used and never shown: whoever prints it, or a value that holds it, prints `[redacted]`.
///
/// It has no `Display`, so that `format!` has to be asked for the value by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes `text` into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that needs it. The name is long enough to be found by a search.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
