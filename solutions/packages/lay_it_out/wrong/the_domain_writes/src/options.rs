//! What the words of the command line mean.

use std::error::Error;
use std::fmt;

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// What is below this is to be reordered.
    pub below: Option<u64>,
    /// Whether the report is for programs.
    pub csv: bool,
}

/// What is wrong with the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadOption {
    /// There is no such option.
    Unknown(String),
    /// `--below` has no number.
    BelowWhat,
}

impl fmt::Display for BadOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(word) => write!(f, "unknown option `{word}`"),
            Self::BelowWhat => f.write_str("`--below` needs a number"),
        }
    }
}

impl Error for BadOption {}

impl Options {
    /// Reads the words behind the program's name.
    ///
    /// # Errors
    ///
    /// The first word that is wrong.
    pub fn read(words: &[String]) -> Result<Self, BadOption> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--csv" => options.csv = true,
                "--below" => {
                    let number = words.next().and_then(|number| number.parse().ok());
                    options.below = Some(number.ok_or(BadOption::BelowWhat)?);
                }
                other => return Err(BadOption::Unknown(other.to_owned())),
            }
        }
        Ok(options)
    }
}
