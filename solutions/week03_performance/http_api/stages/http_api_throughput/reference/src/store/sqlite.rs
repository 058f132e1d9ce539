//! Parcels in a SQLite database.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, TransactionBehavior};
use tokio::task::spawn_blocking;

use super::migrations::{MigrateError, bring_up};
use super::{Store, StoreError, Stored};
use crate::parcel::{Draft, Kept, Only, Parcel};

/// One connection, and all calls on threads that may block.
///
/// SQLite has one writer at a time, so that more connections would help readers only. Clones share it.
#[derive(Debug, Clone)]
pub struct Sqlite(Arc<Mutex<Connection>>);

impl Sqlite {
    /// Opens or makes a database, and brings it to this release's version.
    ///
    /// `patience` is how long a call waits for other processes.
    ///
    /// # Errors
    ///
    /// When the file is none of ours, or a later release's.
    pub async fn open(path: impl Into<PathBuf>, patience: Duration) -> Result<Self, StoreError> {
        let path = path.into();
        off_the_runtime(move || {
            let mut connection = Connection::open(path)?;
            connection.busy_timeout(patience)?;
            bring_up(&mut connection).map_err(|error| match error {
                MigrateError::Database(source) => source.into(),
                error => StoreError::Migrate(error),
            })?;
            // Readers of other processes do not keep us from writing. The mode is in the file's header, so it is set when
            // the file is known to be ours.
            connection.pragma_update(None, "journal_mode", "wal")?;
            Ok(Self(Arc::new(Mutex::new(connection))))
        })
        .await
    }

    fn call<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Stored<'_, T> {
        let connection = Arc::clone(&self.0);
        off_the_runtime(move || {
            // A transaction that is dropped by a panic is rolled back, so what is behind the lock is whole.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut connection)
        })
        .boxed()
    }
}

/// Waits for a disk and for locks elsewhere, so that the threads of the runtime do not.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(panicked) => Err(StoreError::Backend(Box::new(panicked))),
    }
}

const COLUMNS: &str = "id, recipient, shelf, grams, revision";

impl Store for Sqlite {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        self.call(move |connection| {
            let sql = format!(
                "INSERT INTO parcels (recipient, shelf, grams, revision) VALUES (?1, ?2, ?3, 1) RETURNING {COLUMNS}"
            );
            let values = (draft.recipient, draft.shelf, draft.grams);
            Ok(connection.query_row(&sql, values, kept)?)
        })
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        self.call(move |connection| find(connection, id))
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        self.call(move |connection| {
            let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let found = find(&change, id)?.ok_or(StoreError::Missing)?;
            if !only.allows(found.revision) {
                return Err(StoreError::Moved);
            }
            let sql = format!(
                "UPDATE parcels SET recipient = ?2, shelf = ?3, grams = ?4, revision = revision + 1 \
                 WHERE id = ?1 RETURNING {COLUMNS}"
            );
            let values = (row_id(id), draft.recipient, draft.shelf, draft.grams);
            let changed = change.query_row(&sql, values, kept)?;
            change.commit()?;
            Ok(changed)
        })
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        self.call(move |connection| {
            let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let found = find(&change, id)?.ok_or(StoreError::Missing)?;
            if !only.allows(found.revision) {
                return Err(StoreError::Moved);
            }
            change.execute("DELETE FROM parcels WHERE id = ?1", [row_id(id)])?;
            change.commit()?;
            Ok(())
        })
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        self.call(move |connection| {
            // No id is above the highest that SQLite can have.
            let Some(above) = row_id(above) else {
                return Ok(Vec::new());
            };
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let sql = format!("SELECT {COLUMNS} FROM parcels WHERE id > ?1 ORDER BY id LIMIT ?2");
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([above, limit], kept)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn find(connection: &Connection, id: u64) -> Result<Option<Kept>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM parcels WHERE id = ?1");
    let mut statement = connection.prepare(&sql)?;
    Ok(statement.query_row([row_id(id)], kept).optional()?)
}

/// SQLite's numbers have a sign. An id beyond them is bound as NULL, which equals nothing.
fn row_id(id: u64) -> Option<i64> {
    i64::try_from(id).ok()
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    // What is in these columns was put there by us; anything else is told as a value out of range.
    let number = |at: usize| {
        let value: i64 = row.get(at)?;
        u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at, value))
    };
    Ok(Kept {
        parcel: Parcel {
            id: number(0)?,
            recipient: row.get(1)?,
            shelf: row.get(2)?,
            grams: row.get(3)?,
        },
        revision: number(4)?,
    })
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Backend(Box::new(error)),
        }
    }
}
