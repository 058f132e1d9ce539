//! Brings a database's tables to what this version of the program needs.

use rusqlite::Connection;

/// A step from one form of the tables to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// From 1, without gaps.
    pub version: u32,
    /// One or more statements. None of them begins or ends a transaction.
    pub sql: &'static str,
}

/// Why the tables are not what the program needs.
#[derive(Debug, PartialEq)]
pub enum MigrateError {
    /// The list of migrations does not count 1, 2, 3 …: this one is out of place.
    Order(u32),
    /// The database has had this migration, and the list does not have it. The program is older than its database.
    Unknown(u32),
    /// The database has had this migration with other SQL.
    Changed(u32),
    /// This migration's SQL has failed.
    Failed(u32, rusqlite::Error),
    /// The database itself has failed, or is used by somebody else for too long.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for MigrateError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Applies the migrations that the database has not had, and returns their versions.
///
/// # Errors
///
/// As [`MigrateError`] has them.
pub fn migrate(db: &mut Connection, migrations: &[Migration]) -> Result<Vec<u32>, MigrateError> {
    let had: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let mut applied = Vec::new();
    for migration in migrations {
        if migration.version > had {
            db.execute_batch(migration.sql)
                .map_err(|error| MigrateError::Failed(migration.version, error))?;
            db.pragma_update(None, "user_version", migration.version)?;
            applied.push(migration.version);
        }
    }
    Ok(applied)
}
