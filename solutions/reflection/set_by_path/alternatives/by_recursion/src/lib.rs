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
    let mut tree = to_tree(config, path)?;
    at(&mut tree, path, 0, Missing::IsAnError, |place| place.take())
}

/// Sets what is at this path: to `text` as JSON if the configuration takes that, and to `text` itself if not.
///
/// # Errors
///
/// Where the path leads nowhere, or the configuration does not take the value. Then it is as it was.
pub fn set<C: Serialize + DeserializeOwned>(
    config: &mut C,
    path: &str,
    text: &str,
) -> Result<(), PathError> {
    let known_before = get(config, path).is_ok();
    let changed = match serde_json::from_str(text) {
        Ok(json) => match changed(config, path, json) {
            // A text that looks like JSON, perhaps. If it is none either, the first answer was the better one.
            Err(error @ PathError::Rejected { .. }) => {
                changed(config, path, Value::from(text)).map_err(|_| error)
            }
            answer => answer,
        },
        Err(_) => changed(config, path, Value::from(text)),
    }?;
    if !known_before {
        get(&changed, path)?;
    }
    *config = changed;
    Ok(())
}

fn changed<C>(config: &C, path: &str, value: Value) -> Result<C, PathError>
where
    C: Serialize + DeserializeOwned,
{
    let mut tree = to_tree(config, path)?;
    at(&mut tree, path, 0, Missing::IsMade, |place| *place = value)?;
    serde_json::from_value(tree).map_err(|reason| rejected(path, reason))
}

/// What to do if the last name of a path is not there.
#[derive(Clone, Copy)]
enum Missing {
    IsAnError,
    IsMade,
}

/// Does something at the place to which the rest of the path leads, from byte `start` on.
fn at<T>(
    tree: &mut Value,
    path: &str,
    start: usize,
    missing: Missing,
    act: impl FnOnce(&mut Value) -> T,
) -> Result<T, PathError> {
    let end = path[start..]
        .find('.')
        .map_or(path.len(), |dot| start + dot);
    let (name, last) = (&path[start..end], end == path.len());
    let (next, known): (_, Vec<String>) = match tree {
        Value::Object(fields) => {
            let known = fields.keys().cloned().collect();
            if let (true, Missing::IsMade) = (last, missing) {
                fields.entry(name).or_insert(Value::Null);
            }
            (fields.get_mut(name), known)
        }
        Value::Array(items) => {
            let known: Vec<String> = (0..items.len()).map(|at| at.to_string()).collect();
            let place = known.iter().position(|known| known == name);
            (place.and_then(|place| items.get_mut(place)), known)
        }
        _ => {
            let path = path[..start.saturating_sub(1)].to_owned();
            return Err(PathError::NoFields { path });
        }
    };
    let Some(next) = next else {
        let path = path[..end].to_owned();
        return Err(PathError::NoSuchField { path, known });
    };
    if last {
        Ok(act(next))
    } else {
        at(next, path, end + 1, missing, act)
    }
}

fn to_tree(config: &impl Serialize, path: &str) -> Result<Value, PathError> {
    serde_json::to_value(config).map_err(|reason| rejected(path, reason))
}

fn rejected(path: &str, reason: serde_json::Error) -> PathError {
    PathError::Rejected {
        path: path.to_owned(),
        reason,
    }
}
