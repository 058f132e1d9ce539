//! Where parcels are kept, whatever keeps them.
//!
//! Architecture invariant: what is above this module knows no database, and nothing below it knows HTTP.

mod cached;
mod memory;
mod migrations;
mod postgres;
mod sqlite;

use std::error::Error;
use std::fmt;

use futures_util::future::BoxFuture;

use crate::parcel::{Draft, Kept, Only};

pub use self::cached::Cached;
pub use self::memory::Memory;
pub use self::migrations::{MIGRATIONS, MigrateError, Migration, migrate};
pub use self::postgres::{Postgres, is_transient};
pub use self::sqlite::Sqlite;

/// What a store returns, once it has it.
pub type Stored<'s, T> = BoxFuture<'s, Result<T, StoreError>>;

/// The contract. Each call is of one moment: nothing that others do comes between what it looks at and what it
/// changes. What has been accepted stays accepted, and what is refused has changed nothing.
///
/// Futures are boxed so that a service can hold any store; a call to a database is not made slower by that.
pub trait Store: Send + Sync {
    /// Keeps a parcel under a new id, in revision 1. No id is given twice, also when its parcel is gone.
    fn add(&self, draft: Draft) -> Stored<'_, Kept>;

    /// The parcel with that id, if there is one.
    fn get(&self, id: u64) -> Stored<'_, Option<Kept>>;

    /// Puts a draft in the place of what is there and counts the revision on, if `only` allows the revision that is
    /// there.
    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept>;

    /// Removes a parcel, if `only` allows the revision that is there.
    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()>;

    /// The first `limit` parcels above that id, in the order of ids.
    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>>;
}

/// Why a store has not done what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such parcel.
    Missing,
    /// There is, in a revision that was not allowed.
    Moved,
    /// Others are at work, for longer than the store waits. It may do in a moment.
    Busy,
    /// The database was made by a later release.
    Migrate(MigrateError),
    /// Something is broken.
    Backend(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "no such parcel"),
            Self::Moved => write!(f, "the parcel is in another revision"),
            Self::Busy => write!(f, "the database is busy"),
            Self::Migrate(_) => {
                write!(f, "the database can't be brought to this release's version")
            }
            Self::Backend(_) => write!(f, "the database failed"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Missing | Self::Moved | Self::Busy => None,
            Self::Migrate(source) => Some(source),
            Self::Backend(source) => Some(source.as_ref()),
        }
    }
}
