//! The catalogue in SQLite.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::{Catalogue, Object, StoreError};

/// A size is eight bytes, the highest first. SQLite's integers end at `i64::MAX`; blobs are compared byte by byte,
/// which for these is the order of the numbers.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS objects (
        key TEXT PRIMARY KEY,
        size BLOB NOT NULL,
        owner TEXT,
        revision INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS objects_by_size ON objects (size DESC, key);
";

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Backend(error.into())
    }
}

/// A catalogue that outlives the process.
#[derive(Debug)]
pub struct Sql {
    db: Connection,
}

impl Sql {
    /// The catalogue in a database, which may be new.
    ///
    /// # Errors
    ///
    /// The database's.
    pub fn new(db: Connection) -> Result<Self, StoreError> {
        db.execute_batch(SCHEMA)?;
        Ok(Self { db })
    }
}

impl Catalogue for Sql {
    fn put(&mut self, key: &str, size: u64, owner: Option<&str>) -> Result<u32, StoreError> {
        // One statement: the revision is counted where nobody can come in between.
        Ok(self.db.query_row(
            "INSERT INTO objects VALUES (?1, ?2, ?3, 1)
             ON CONFLICT (key) DO UPDATE
             SET size = excluded.size, owner = excluded.owner, revision = revision + 1
             RETURNING revision",
            (key, size.to_be_bytes(), owner),
            |row| row.get(0),
        )?)
    }

    fn replace(
        &mut self,
        key: &str,
        revision: u32,
        size: u64,
        owner: Option<&str>,
    ) -> Result<u32, StoreError> {
        self.db.execute(
            "UPDATE objects SET size = ?3, owner = ?4, revision = revision + 1
             WHERE key = ?1 AND revision = ?2",
            (key, revision, size.to_be_bytes(), owner),
        )?;
        Ok(revision + 1)
    }

    fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        Ok(self
            .db
            .query_row(
                "SELECT size, owner, revision FROM objects WHERE key = ?1",
                [key],
                |row| object(row, 0),
            )
            .optional()?)
    }

    fn remove(&mut self, key: &str) -> Result<bool, StoreError> {
        let removed = self
            .db
            .execute("DELETE FROM objects WHERE key = ?1", [key])?;
        Ok(removed > 0)
    }

    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Object)>, StoreError> {
        // `LIKE` has wildcards, and takes `a` for `A`. From the prefix on, the keys that begin with it stand first;
        // rows are read as they are asked for, so the query needs no end.
        let mut objects = self.db.prepare(
            "SELECT key, size, owner, revision FROM objects WHERE key >= ?1 ORDER BY key",
        )?;
        let mut rows = objects.query([prefix])?;
        let mut listed = Vec::new();
        while listed.len() < limit
            && let Some(row) = rows.next()?
        {
            let key: String = row.get(0)?;
            if !key.starts_with(prefix) {
                break;
            }
            listed.push((key, object(row, 1)?));
        }
        Ok(listed)
    }

    fn largest(&self) -> Result<Option<String>, StoreError> {
        Ok(self
            .db
            .query_row(
                "SELECT key FROM objects ORDER BY size DESC, key LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()?)
    }
}

/// Reads size, owner and revision, which are the columns from `at` on.
fn object(row: &Row<'_>, at: usize) -> rusqlite::Result<Object> {
    Ok(Object {
        size: u64::from_be_bytes(row.get(at)?),
        owner: row.get(at + 1)?,
        revision: row.get(at + 2)?,
    })
}
