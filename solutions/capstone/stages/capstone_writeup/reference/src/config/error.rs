//! What is wrong with a configuration: where it stands, and what would be right.

use std::error::Error;
use std::fmt;

/// All that is wrong, in the order of file, environment, flags, and what does not fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub(super) Vec<ConfigError>);

impl ConfigErrors {
    /// One by one.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            let separator = if at == 0 { "" } else { "\n" };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl Error for ConfigErrors {}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) place: Place,
    pub(super) problem: Problem,
}

impl ConfigError {
    pub(super) fn new(place: &Place, problem: Problem) -> Self {
        Self {
            place: place.clone(),
            problem,
        }
    }
}

/// Where a setting, or what should be one, was found, in the words of whoever wrote it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    File { name: String },
    Key { name: String, key: String },
    Variable(String),
    Flag(String),
    Argument { position: usize },
    Together,
}

/// What is wrong there. No variant holds a value that might be a secret: what is not in here can't be
/// printed by accident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    Unreadable {
        reason: String,
    },
    NotJson {
        reason: String,
    },
    NotAnObject,
    NotText,
    Unknown {
        known: String,
    },
    NoFlag,
    NoValue,
    Wrong {
        given: Option<String>,
        expected: &'static str,
    },
    DoesNotFit,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File { name } => write!(f, "{name}: ")?,
            Place::Key { name, key } => write!(f, "`{key}` in {name}: ")?,
            Place::Variable(name) => write!(f, "{name} in the environment: ")?,
            Place::Flag(name) => write!(f, "{name}: ")?,
            Place::Argument { position } => write!(f, "argument {position}: ")?,
            Place::Together => write!(f, "`notice`, `drain_timeout` and `grace`: ")?,
        }
        match &self.problem {
            Problem::Unreadable { reason } => write!(f, "cannot be read: {reason}"),
            Problem::NotJson { reason } => write!(f, "is not JSON: {reason}"),
            Problem::NotAnObject => write!(f, "must be a JSON object"),
            Problem::NotText => write!(f, "must be a text in quotes, a duration with its unit"),
            Problem::Unknown { known } => write!(f, "no such setting; there are {known}"),
            Problem::NoFlag => write!(
                f,
                "a secret can't be a flag, because everybody on the machine sees the flags of a process"
            ),
            Problem::NoValue => write!(f, "needs a value"),
            Problem::Wrong { given, expected } => match given {
                Some(given) => write!(f, "`{given}` is not {expected}"),
                None => write!(f, "the value is not {expected}"),
            },
            Problem::DoesNotFit => write!(
                f,
                "the first two together must be less than the third, or a stop in order ends in a kill"
            ),
        }
    }
}

impl Error for ConfigError {}
