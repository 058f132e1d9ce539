//! The thread that has the connection.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{StoreFailure, migrations};
use crate::ports::StoreError;

/// Something to be done on the connection.
pub(super) type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// How long a call waits for another process to let go of the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts the thread, which opens the file, says so, and works off `queue` until nobody can send any more.
pub(super) fn start(
    path: PathBuf,
    mut queue: mpsc::Receiver<Job>,
    opened: oneshot::Sender<Result<(), StoreError>>,
) -> Result<(), StoreError> {
    let work = move || {
        let mut connection = match open(&path) {
            Ok(connection) => connection,
            Err(error) => {
                let error = format!("{}: {error}", path.display());
                let _ = opened.send(Err(StoreError::new("open the database", error)));
                return;
            }
        };
        if opened.send(Ok(())).is_err() {
            return;
        }
        while let Some(job) = queue.blocking_recv() {
            job(&mut connection);
        }
    };
    let started = thread::Builder::new().name("sqlite".to_owned()).spawn(work);
    // The handle is let go: the thread ends with the last sender, and holds nothing that outlives it.
    let thread = started.map_err(|error| StoreError::new("start the database's thread", error))?;
    drop(thread);
    Ok(())
}

fn open(path: &Path) -> Result<Connection, StoreFailure> {
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
