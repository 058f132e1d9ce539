//! The catalogue of an object store: what is there, how large, and whose.

mod memory;
mod sql;

use std::error::Error;
use std::fmt;

pub use memory::Memory;
pub use sql::Sql;

/// What is known about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// In bytes.
    pub size: u64,
    /// Whose it is, if it is anybody's.
    pub owner: Option<String>,
    /// 1 when it was put there first, and 1 more with each change.
    pub revision: u32,
}

/// Why the catalogue does not do what it was asked for.
#[derive(Debug)]
pub enum StoreError {
    /// The object has changed since the caller looked at it. This is its revision now, if it is still there.
    Conflict(Option<u32>),
    /// The store itself has failed.
    Backend(Box<dyn Error + Send + Sync>),
}

/// A catalogue, wherever it is kept.
pub trait Catalogue {
    /// Enters an object, or changes it, and returns its revision. Size and owner are replaced by what is given.
    fn put(&mut self, key: &str, size: u64, owner: Option<&str>) -> Result<u32, StoreError>;

    /// Changes an object if it still has this revision, and returns the new one; else there is a conflict.
    fn replace(
        &mut self,
        key: &str,
        revision: u32,
        size: u64,
        owner: Option<&str>,
    ) -> Result<u32, StoreError>;

    /// What is known about an object, if it is there.
    fn get(&self, key: &str) -> Result<Option<Object>, StoreError>;

    /// Takes an object out, and says whether it was there. One that is entered again begins at revision 1.
    fn remove(&mut self, key: &str) -> Result<bool, StoreError>;

    /// The objects whose keys begin with `prefix`, at most so many, in the order of their keys' bytes.
    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Object)>, StoreError>;

    /// The key of the largest object; of several, the first in the order of their keys' bytes.
    fn largest(&self) -> Result<Option<String>, StoreError>;
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(Some(now)) => write!(f, "the object is at revision {now} now"),
            Self::Conflict(None) => f.write_str("the object is gone"),
            Self::Backend(error) => error.fmt(f),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Conflict(_) => None,
            Self::Backend(error) => error.source(),
        }
    }
}
