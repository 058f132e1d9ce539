//! Brings a database's tables to what this version of the program needs.

use rusqlite::{Connection, TransactionBehavior};

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

/// The whole text rather than a hash: it is as good for comparing, and whoever finds a difference can read it.
const HISTORY: &str = "
    CREATE TABLE IF NOT EXISTS schema_history (
        version INTEGER PRIMARY KEY,
        sql TEXT NOT NULL
    ) STRICT;
";

/// Applies the migrations that the database has not had, and returns their versions.
///
/// # Errors
///
/// As [`MigrateError`] has them.
pub fn migrate(db: &mut Connection, migrations: &[Migration]) -> Result<Vec<u32>, MigrateError> {
    // The list alone can be wrong, and needs no database for it.
    for (migration, version) in migrations.iter().zip(1..) {
        if migration.version != version {
            return Err(MigrateError::Order(migration.version));
        }
    }
    let mut applied = Vec::new();
    db.execute_batch(HISTORY)?;
    loop {
        let Some(next) = migrations.get(had(db, migrations)?) else {
            return Ok(applied);
        };
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction
            .execute_batch(next.sql)
            .map_err(|error| MigrateError::Failed(next.version, error))?;
        transaction.commit()?;
        db.execute(
            "INSERT INTO schema_history (version, sql) VALUES (?1, ?2)",
            (next.version, next.sql),
        )?;
        applied.push(next.version);
    }
}

/// How many of the migrations the database has had. Compares its history with the list, whose versions count from 1.
fn had(db: &Connection, migrations: &[Migration]) -> Result<usize, MigrateError> {
    let mut history = db.prepare("SELECT version, sql FROM schema_history ORDER BY version")?;
    let mut rows = history.query([])?;
    let mut known = migrations.iter();
    while let Some(row) = rows.next()? {
        let version = row.get(0)?;
        match known.next() {
            Some(migration) if row.get_ref(1)?.as_str() == Ok(migration.sql) => {}
            Some(_) => return Err(MigrateError::Changed(version)),
            None => return Err(MigrateError::Unknown(version)),
        }
    }
    Ok(migrations.len() - known.len())
}
