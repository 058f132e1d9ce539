//! The thread that has the connection.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::{StoreFailure, migrations};

/// How long a call waits for another process to let go of the file.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn open(path: &Path) -> Result<Connection, StoreFailure> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    // Before anything is set: the journal's mode is kept in the file, which may not be ours to change.
    migrations::taken(&connection)?;
    write_ahead(&connection)?;
    // With WAL the default is the same, unless SQLite was built otherwise: a commit that has been
    // acknowledged is on the disk. `NORMAL` is faster, and loses the last ones with the power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrations::run(&mut connection)?;
    Ok(connection)
}

/// Sets the journal's mode with which readers and the writer do not wait for each other.
///
/// SQLite writes it into the file, in a transaction that has read before. If another has the lock then, it
/// says so at once, whatever `busy_timeout` is. So the waiting is done here.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let begun = Instant::now();
    loop {
        let set = connection.pragma_update(None, "journal_mode", "WAL");
        let busy = matches!(&set, Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy));
        if !busy || begun.elapsed() >= PATIENCE {
            return set;
        }
        thread::sleep(Duration::from_millis(5));
    }
}
