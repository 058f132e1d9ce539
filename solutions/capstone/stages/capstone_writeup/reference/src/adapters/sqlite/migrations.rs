//! The steps from an empty file to today's tables.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreFailure;

/// Each step once, in this order, for ever: what has been released is not edited, because there are files
/// that have been through it. A change of mind is one more step.
const STEPS: [&str; 6] = [RELEASE_1, KEYS, ACCOUNTS, JOBS, UPDATES, ORIGINS];

const RELEASE_1: &str = "
    CREATE TABLE tasks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        owner INTEGER NOT NULL,
        title TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('open', 'started', 'done', 'dropped')),
        since_ms INTEGER,
        created_ms INTEGER NOT NULL,
        changed_ms INTEGER NOT NULL,
        version INTEGER NOT NULL CHECK (version > 0),
        CHECK ((status = 'open') = (since_ms IS NULL))
    ) STRICT;
    CREATE INDEX tasks_of_owner ON tasks (owner, id);
";

/// No reference to `tasks`: a key outlives the task that it has made.
const KEYS: &str = "
    CREATE TABLE keys (
        owner INTEGER NOT NULL,
        key TEXT NOT NULL,
        task INTEGER NOT NULL,
        title TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        PRIMARY KEY (owner, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX keys_by_age ON keys (created_ms);
";

/// Numbers of accounts go on after every owner that the file has seen. Until now that was user 1, whoever it was: the
/// first one to register must not find somebody's tasks.
const ACCOUNTS: &str = "
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        password TEXT NOT NULL,
        created_ms INTEGER NOT NULL
    ) STRICT;
    INSERT INTO sqlite_sequence (name, seq)
        SELECT 'accounts', max(owner)
        FROM (SELECT 1 AS owner UNION ALL SELECT owner FROM tasks UNION ALL SELECT owner FROM keys);
    CREATE TABLE sessions (
        id BLOB PRIMARY KEY CHECK (length(id) = 32),
        owner INTEGER NOT NULL REFERENCES accounts (id),
        token BLOB NOT NULL CHECK (length(token) = 32),
        expires_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_of_owner ON sessions (owner);
    CREATE INDEX sessions_by_end ON sessions (expires_ms);
";

/// Jobs refer to tasks that may be gone. Those that are not tried again are out of the way of the others.
const JOBS: &str = "
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        what TEXT NOT NULL CHECK (what IN ('created', 'changed', 'deleted')),
        owner INTEGER NOT NULL,
        task INTEGER NOT NULL,
        task_created_ms INTEGER NOT NULL,
        version INTEGER NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        due_ms INTEGER NOT NULL DEFAULT 0,
        leased INTEGER NOT NULL DEFAULT 0,
        last_failure TEXT
    ) STRICT;
    CREATE TABLE dead_jobs (
        id INTEGER PRIMARY KEY,
        what TEXT NOT NULL,
        owner INTEGER NOT NULL,
        task INTEGER NOT NULL,
        task_created_ms INTEGER NOT NULL,
        version INTEGER NOT NULL,
        attempts INTEGER NOT NULL,
        reason TEXT NOT NULL
    ) STRICT;
";

/// The last of an owner's updates is always kept, and is where the count goes on.
const UPDATES: &str = "
    CREATE TABLE updates (
        owner INTEGER NOT NULL,
        number INTEGER NOT NULL,
        what TEXT NOT NULL CHECK (what IN ('created', 'changed', 'deleted')),
        task INTEGER NOT NULL,
        task_created_ms INTEGER NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (owner, number)
    ) STRICT, WITHOUT ROWID;
";

/// Of jobs that are there already nobody knows either.
const ORIGINS: &str = "
    ALTER TABLE jobs ADD COLUMN left_ms INTEGER;
    ALTER TABLE jobs ADD COLUMN traceparent TEXT;
";

/// Takes the steps that the file has not been through.
pub(super) fn run(connection: &mut Connection) -> Result<(), StoreFailure> {
    // Immediate: the number is read under the lock under which it is written. Two processes that start at
    // the same time would otherwise both read 0, and the second would make tables that are there.
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

/// How many steps the file has been through, if no more than there are. SQLite keeps a number in the file's
/// header for that.
pub(super) fn taken(connection: &Connection) -> Result<usize, StoreFailure> {
    let version = connection.query_row("PRAGMA user_version", (), |row| row.get::<_, i32>(0))?;
    match usize::try_from(version) {
        Ok(taken) if taken <= STEPS.len() => Ok(taken),
        _ => {
            let known = STEPS.len();
            let text = format!("it is of version {version}, and this release knows {known}");
            Err(text.into())
        }
    }
}
