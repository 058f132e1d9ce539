//! Why there is no value.

use std::error::Error;
use std::fmt;

/// The load failed. The next one may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// What the source said.
    pub reason: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "load: {}", self.reason)
    }
}

impl Error for LoadError {}
