//! The versions of a SQLite database, and the ways between them.

use std::error::Error;
use std::fmt;

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

/// One step from the version before.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// From 1, without gaps.
    pub version: u32,
    /// SQL that makes this version of the one before.
    pub up: &'static str,
    /// SQL that makes the one before of this version. Kept in the database: it is an earlier release that goes
    /// back, and that one has never seen it.
    pub down: &'static str,
}

/// This release's. One that has been released is never edited.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        // AUTOINCREMENT: without it SQLite takes the highest id that is there, plus one.
        up: "CREATE TABLE parcels (
                 id INTEGER PRIMARY KEY AUTOINCREMENT,
                 recipient TEXT NOT NULL,
                 shelf TEXT NOT NULL,
                 grams INTEGER NOT NULL
             ) STRICT",
        down: "DROP TABLE parcels",
    },
    Migration {
        version: 2,
        up: "ALTER TABLE parcels ADD COLUMN revision INTEGER NOT NULL DEFAULT 1",
        down: "ALTER TABLE parcels DROP COLUMN revision",
    },
];

/// Why a database was not brought to a version.
#[derive(Debug)]
#[non_exhaustive]
pub enum MigrateError {
    /// The database has a version that this list does not.
    Newer {
        /// The database's.
        found: u32,
        /// The last of the list.
        known: u32,
    },
    /// The list has no such version.
    NoSuchVersion(u32),
    /// A step failed, and has left nothing.
    Failed {
        /// The version of the step, up or down.
        version: u32,
        /// What the database says.
        source: rusqlite::Error,
    },
    /// The database could not be asked.
    Database(rusqlite::Error),
}

impl fmt::Display for MigrateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer { found, known } => write!(
                f,
                "the database has version {found}, and this release knows {known}: use a later release, or \
                 go back to version {known} first"
            ),
            Self::NoSuchVersion(version) => write!(f, "there is no version {version}"),
            Self::Failed { version, .. } => write!(f, "the step of version {version} failed"),
            Self::Database(_) => write!(f, "the database could not be asked for its version"),
        }
    }
}

impl Error for MigrateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Failed { source, .. } | Self::Database(source) => Some(source),
            Self::Newer { .. } | Self::NoSuchVersion(_) => None,
        }
    }
}

impl From<rusqlite::Error> for MigrateError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Database(source)
    }
}

/// Brings a database up or down to a version, and returns the versions of the steps that it took, in their order.
///
/// # Errors
///
/// See [`MigrateError`]. Each step is whole or not there, and the steps before it stay.
pub fn migrate(
    connection: &mut Connection,
    list: &[Migration],
    target: u32,
) -> Result<Vec<u32>, MigrateError> {
    let known = list.last().map_or(0, |last| last.version);
    let mut steps = Vec::new();
    loop {
        // The write lock first, then the question which step is next: another process may have taken it meanwhile.
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        step.execute_batch(
            "CREATE TABLE IF NOT EXISTS schema_versions (version INTEGER PRIMARY KEY, down TEXT NOT NULL)",
        )?;
        let last = step
            .query_row(
                "SELECT version, down FROM schema_versions ORDER BY version DESC LIMIT 1",
                [],
                |row| Ok((row.get::<_, u32>(0)?, row.get::<_, String>(1)?)),
            )
            .optional()?;
        let (current, down) = last.unwrap_or((0, String::new()));
        if current == target {
            step.commit()?;
            return Ok(steps);
        }
        let version = if current > target {
            let failed = |source| MigrateError::Failed {
                version: current,
                source,
            };
            step.execute_batch(&down).map_err(failed)?;
            step.execute("DELETE FROM schema_versions WHERE version = ?1", [current])?;
            current
        } else {
            if target > known {
                return Err(MigrateError::NoSuchVersion(target));
            }
            let next = list.iter().find(|next| next.version == current + 1);
            let next = next.ok_or(MigrateError::NoSuchVersion(current + 1))?;
            let failed = |source| MigrateError::Failed {
                version: next.version,
                source,
            };
            step.execute_batch(next.up).map_err(failed)?;
            step.execute(
                "INSERT INTO schema_versions (version, down) VALUES (?1, ?2)",
                (next.version, next.down),
            )?;
            next.version
        };
        step.commit()?;
        steps.push(version);
    }
}

/// Brings a database to this release's version, and never back: what a later release has added is not dropped by
/// an earlier one that happens to be started.
pub(super) fn bring_up(connection: &mut Connection) -> Result<(), MigrateError> {
    let known = MIGRATIONS.last().map_or(0, |last| last.version);
    let table: bool = connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_versions')",
        [],
        |row| row.get(0),
    )?;
    if table {
        let found: u32 = connection.query_row(
            "SELECT coalesce(max(version), 0) FROM schema_versions",
            [],
            |row| row.get(0),
        )?;
        if found > known {
            return Err(MigrateError::Newer { found, known });
        }
    }
    migrate(connection, MIGRATIONS, known)?;
    Ok(())
}
