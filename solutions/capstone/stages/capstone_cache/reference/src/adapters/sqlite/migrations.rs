//! The steps from an empty file to today's tables.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreFailure;

/// Each step once, in this order, for ever: what has been released is not edited, because there are files
/// that have been through it. A change of mind is one more step.
const STEPS: [&str; 2] = [RELEASE_1, KEYS];

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
