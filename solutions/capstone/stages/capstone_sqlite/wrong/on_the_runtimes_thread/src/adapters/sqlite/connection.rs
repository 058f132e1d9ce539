//! The thread that has the connection.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::{StoreFailure, migrations};

/// How long a call waits for another process to let go of the file.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn open(path: &Path) -> Result<Connection, StoreFailure> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    // Before anything is set: the journal's mode is kept in the file, which may not be ours to change.
    migrations::taken(&connection)?;
    // Readers and the writer do not wait for each other.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // With WAL the default is the same, unless SQLite was built otherwise: a commit that has been
    // acknowledged is on the disk. `NORMAL` is faster, and loses the last ones with the power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrations::run(&mut connection)?;
    Ok(connection)
}
