//! Reads and writes any configuration by the path of a field, such as `server.tls.port`.

use std::error::Error;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a field could not be read or set.
#[derive(Debug)]
pub enum PathError {
    /// There is no such field.
    NoSuchField {
        /// The path up to and including the name that is not there.
        path: String,
        /// The names that are there in its place, in any order.
        known: Vec<String>,
    },
    /// The path goes on, and what is there has no fields.
    NoFields {
        /// The path up to and including what has no fields.
        path: String,
    },
    /// The configuration does not take this value, or can't be written as JSON at all.
    Rejected {
        /// The whole path.
        path: String,
        /// Why not.
        reason: serde_json::Error,
    },
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchField { path, known } => {
                write!(f, "there is no `{path}`, only {}", known.join(", "))
            }
            Self::NoFields { path } => write!(f, "`{path}` has no fields"),
            Self::Rejected { path, .. } => write!(f, "`{path}` does not take this value"),
        }
    }
}

impl Error for PathError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Rejected { reason, .. } => Some(reason),
            Self::NoSuchField { .. } | Self::NoFields { .. } => None,
        }
    }
}

/// What is at this path.
///
/// # Errors
///
/// Where the path leads nowhere.
pub fn get<C: Serialize>(config: &C, path: &str) -> Result<Value, PathError> {
    let tree = serde_json::to_value(config).map_err(|reason| rejected(path, reason))?;
    let mut at = &tree;
    for name in path.split('.') {
        at = &at[name];
    }
    Ok(at.clone())
}

/// Sets what is at this path: to `text` as JSON, or to `text` itself where it is no JSON.
///
/// # Errors
///
/// Where the path leads nowhere, or the configuration does not take the value. Then it is as it was.
pub fn set<C: Serialize + DeserializeOwned>(
    config: &mut C,
    path: &str,
    text: &str,
) -> Result<(), PathError> {
    let mut tree = serde_json::to_value(&*config).map_err(|reason| rejected(path, reason))?;
    let mut at = &mut tree;
    for name in path.split('.') {
        at = &mut at[name];
    }
    *at = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    *config = serde_json::from_value(tree).map_err(|reason| rejected(path, reason))?;
    Ok(())
}

fn rejected(path: &str, reason: serde_json::Error) -> PathError {
    PathError::Rejected {
        path: path.to_owned(),
        reason,
    }
}
