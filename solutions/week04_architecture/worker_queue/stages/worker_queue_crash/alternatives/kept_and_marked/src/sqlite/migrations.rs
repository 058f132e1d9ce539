//! The steps from an empty file to today's tables.

use rusqlite::{Connection, TransactionBehavior};

use super::Failure;

/// Each step once, in this order, for ever: there are files that have been through what was released. A change
/// of mind is one more step.
const STEPS: [&str; 4] = [JOBS, CANCELLED, TALLY, MESSAGES];

/// `at_ms` is the moment that belongs to the state: ready from, leased until, done or dead since.
const JOBS: &str = "
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
        key TEXT UNIQUE,
        created_ms INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'done', 'dead')),
        at_ms INTEGER NOT NULL,
        cause TEXT CHECK (cause IS NULL OR state = 'dead'),
        attempts INTEGER NOT NULL,
        leases INTEGER NOT NULL
    ) STRICT;
    -- Partial: jobs that are done do not make the way to the next one longer.
    CREATE INDEX jobs_in_turn ON jobs (at_ms, id) WHERE state IN ('ready', 'leased');
    CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead';
";

/// One more state. SQLite can't change a `CHECK`, so the table is made anew, under another name until the old one is
/// gone. `sqlite_sequence` goes with the names: the highest number stays the highest.
const CANCELLED: &str = "
    CREATE TABLE jobs_2 (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        max_attempts INTEGER NOT NULL CHECK (max_attempts > 0),
        key TEXT UNIQUE,
        created_ms INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'done', 'dead', 'cancelled')),
        at_ms INTEGER NOT NULL,
        cause TEXT CHECK (cause IS NULL OR state = 'dead'),
        attempts INTEGER NOT NULL,
        leases INTEGER NOT NULL
    ) STRICT;
    INSERT INTO jobs_2 SELECT * FROM jobs;
    DROP TABLE jobs;
    ALTER TABLE jobs_2 RENAME TO jobs;
    CREATE INDEX jobs_in_turn ON jobs (at_ms, id) WHERE state IN ('ready', 'leased');
    CREATE INDEX jobs_dead ON jobs (id) WHERE state = 'dead';
";

/// What is counted from now on, by name. What happened before this step is not in it.
const TALLY: &str = "
    CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

/// What is to be told, and what was. Rows stay, so that no number comes back.
const MESSAGES: &str = "
    CREATE TABLE messages (
        number INTEGER PRIMARY KEY,
        job INTEGER NOT NULL,
        body TEXT NOT NULL,
        sent INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1))
    ) STRICT;
    CREATE INDEX messages_to_send ON messages (number) WHERE sent = 0;
";

/// Takes the steps that the file has not been through.
pub(super) fn run(connection: &mut Connection) -> Result<(), Failure> {
    // Immediate: the number is read under the lock under which it is written. Two processes that start at
    // the same time would otherwise both read 0.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let missing = &STEPS[taken(&transaction)?..];
    for step in missing {
        transaction.execute_batch(step)?;
    }
    if !missing.is_empty() {
        transaction.pragma_update(None, "user_version", STEPS.len() as u32)?;
    }
    transaction.commit()?;
    Ok(())
}

/// How many steps the file has been through, if no more than there are.
pub(super) fn taken(connection: &Connection) -> Result<usize, Failure> {
    let version = connection.query_row("PRAGMA user_version", (), |row| row.get::<_, i32>(0))?;
    match usize::try_from(version) {
        Ok(taken) if taken <= STEPS.len() => Ok(taken),
        _ => {
            let known = STEPS.len();
            Err(format!("it is of version {version}, and this release knows {known}").into())
        }
    }
}
