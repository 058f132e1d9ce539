//! The thread that has the connection.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{mpsc, oneshot, watch};

use super::{StoreFailure, migrations};
use crate::ports::StoreError;

/// Something to be done on the connection.
pub(super) type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// How long a call waits for another process to let go of the file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Starts the thread, which opens the file, says so, and works off `queue` until nobody can send any more.
/// Then it closes the file, and after that it drops `alive`.
pub(super) fn start(
    path: PathBuf,
    mut queue: mpsc::Receiver<Job>,
    opened: oneshot::Sender<Result<(), StoreError>>,
    alive: watch::Sender<()>,
) -> Result<(), StoreError> {
    let work = move || {
        // The first local is dropped last: after the connection, also when a job panics.
        let _alive = alive;
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
    // The handle is let go: `join` would block. Who wants to know when the thread is done watches `alive`.
    let thread = started.map_err(|error| StoreError::new("start the database's thread", error))?;
    drop(thread);
    Ok(())
}

fn open(path: &Path) -> Result<Connection, StoreFailure> {
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
