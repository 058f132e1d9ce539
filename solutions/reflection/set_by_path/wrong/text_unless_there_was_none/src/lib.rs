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
    let mut at = to_tree(config, path)?;
    for (so_far, name) in steps(path) {
        at = child(&mut at, so_far, name)?.take();
    }
    Ok(at)
}

/// Sets what is at this path: to `text` as JSON if the configuration takes that, and to `text` itself if not.
///
/// A field is known if it is in the serialised configuration before the change or after it.
///
/// # Errors
///
/// Where the path leads nowhere, or the configuration does not take the value. Then it is as it was.
pub fn set<C: Serialize + DeserializeOwned>(
    config: &mut C,
    path: &str,
    text: &str,
) -> Result<(), PathError> {
    let was_there = get(config, path).is_ok();
    // Nobody here knows the field's type, so whether 8443 is a port or a name is for the configuration to say.
    let is_text = get(config, path).is_ok_and(|value| value.is_string());
    let as_json = serde_json::from_str(text).ok().filter(|_| !is_text);
    let mut refused = None;
    for value in as_json.into_iter().chain([Value::from(text)]) {
        let mut tree = to_tree(config, path)?;
        *place(&mut tree, path)? = value;
        match serde_json::from_value::<C>(tree) {
            Ok(changed) => {
                // Serde passes over fields that it does not know. What was set and is not there has been passed over.
                if !was_there {
                    get(&changed, path)?;
                }
                *config = changed;
                return Ok(());
            }
            // The first reason is about the value as it was meant.
            Err(reason) => refused = refused.or(Some(reason)),
        }
    }
    match refused {
        Some(reason) => Err(rejected(path, reason)),
        None => Ok(()),
    }
}

/// Where a value goes. The last name may be new: an optional field that is left out while it is empty, or a map's key.
fn place<'t>(tree: &'t mut Value, path: &str) -> Result<&'t mut Value, PathError> {
    let mut at = tree;
    for (so_far, name) in steps(path) {
        if let (Value::Object(fields), true) = (&mut *at, so_far.len() == path.len()) {
            fields.entry(name).or_insert(Value::Null);
        }
        at = child(at, so_far, name)?;
    }
    Ok(at)
}

/// The part of a tree that has this name.
fn child<'t>(at: &'t mut Value, so_far: &str, name: &str) -> Result<&'t mut Value, PathError> {
    let known: Vec<String> = match at {
        Value::Object(fields) => fields.keys().cloned().collect(),
        Value::Array(items) => (0..items.len()).map(|at| at.to_string()).collect(),
        _ => {
            let parent = so_far.strip_suffix(name).unwrap_or(so_far);
            return Err(PathError::NoFields {
                path: parent.trim_end_matches('.').to_owned(),
            });
        }
    };
    // By its place among the names and not by parsing the name: `+1` and `01` parse, and are no names.
    let place = known.iter().position(|known| known == name);
    let found = match (at, place) {
        (Value::Object(fields), Some(_)) => fields.get_mut(name),
        (Value::Array(items), Some(place)) => items.get_mut(place),
        _ => None,
    };
    found.ok_or_else(|| PathError::NoSuchField {
        path: so_far.to_owned(),
        known,
    })
}

/// The names of a path, each with the path up to its end.
fn steps(path: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut end = 0;
    path.split('.').map(move |name| {
        let so_far = &path[..end + name.len()];
        end += name.len() + 1;
        (so_far, name)
    })
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
