//! Tasks in a SQLite file.
//!
//! SQLite blocks: on the disk, and on other processes that hold the file's lock. So one thread of its own
//! has the connection, and is sent what to do. The runtime's threads wait for its answers like for a socket.

mod connection;
mod migrations;
mod tasks;

use std::future;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::{Draft, Task, TaskId, UserId};
use crate::ports::{Inserted, Once, Pending, StoreError, TaskRepository, Written};

/// Tasks in a SQLite file. When it is dropped, what has been sent is done, and the file closed.
#[derive(Debug, Clone)]
pub struct SqliteTasks {
    connection: Arc<Mutex<rusqlite::Connection>>,
}

impl SqliteTasks {
    /// Opens the file, makes it if it is not there, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// If the file can't be opened or read, or was written by a later release. Then it is as it was.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connection::open(path).map_err(|error| {
            let error = format!("{}: {error}", path.display());
            StoreError::new("open the database", error)
        })?;
        let connection = Arc::new(Mutex::new(connection));
        Ok(Self { connection })
    }

    /// Completes when the file has been closed: the last one who drops this does that.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        future::ready(())
    }

    /// Has `work` done on the connection.
    ///
    /// If the future is dropped, the work is done or not, but not in part: what has not been sent never
    /// is, and what has been is one transaction, of which nobody reads the answer.
    fn run<T: Send + 'static>(
        &self,
        action: &'static str,
        work: impl FnOnce(&mut rusqlite::Connection) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Pending<'_, T> {
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let outcome = work(&mut connection).map_err(|error| StoreError::new(action, error));
        Box::pin(future::ready(outcome))
    }
}

/// SQLite's errors, and rows that make no sense.
type StoreFailure = Box<dyn std::error::Error + Send + Sync>;

impl TaskRepository for SqliteTasks {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        self.run("store a task", |it| tasks::insert(it, draft, once))
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        self.run("find a task", move |it| tasks::find(it, owner, id))
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        self.run("list tasks", move |it| tasks::list(it, owner, after, limit))
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        self.run("change a task", move |it| {
            tasks::update(it, &task, expected)
        })
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        self.run("delete a task", move |it| {
            tasks::delete(it, owner, id, expected)
        })
    }
}
