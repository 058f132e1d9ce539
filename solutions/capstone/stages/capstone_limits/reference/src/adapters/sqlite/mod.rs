//! Tasks in a SQLite file.
//!
//! SQLite blocks: on the disk, and on other processes that hold the file's lock. So one thread of its own
//! has the connection, and is sent what to do. The runtime's threads wait for its answers like for a socket.

mod connection;
mod migrations;
mod tasks;

use std::path::Path;

use tokio::sync::{mpsc, oneshot, watch};

use self::connection::Job;
use crate::domain::{Draft, Task, TaskId, UserId};
use crate::ports::{Inserted, Once, Pending, StoreError, TaskRepository, Written};

/// How many calls may wait for the thread. The next one waits for its place, and so does its client.
const WAITING: usize = 64;

/// Tasks in a SQLite file. When the last clone is dropped, its thread does what it has been sent and closes
/// the file; [`closed`](Self::closed) says when.
#[derive(Debug, Clone)]
pub struct SqliteTasks {
    jobs: mpsc::Sender<Job>,
    /// Nothing is ever sent on it: that its sender is gone is the message.
    alive: watch::Receiver<()>,
}

impl SqliteTasks {
    /// Opens the file, makes it if it is not there, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// If the file can't be opened or read, or was written by a later release. Then nothing that it holds has changed.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel(WAITING);
        let (opened, open) = oneshot::channel();
        let (running, alive) = watch::channel(());
        connection::start(path.to_owned(), queue, opened, running)?;
        open.await.map_err(|_| gone("open the database"))??;
        Ok(Self { jobs, alive })
    }

    /// Completes when the file has been closed, which is after every clone of this has been dropped. The
    /// future itself keeps nothing open.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        let mut alive = self.alive.clone();
        async move { while alive.changed().await.is_ok() {} }
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
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let job: Job = Box::new(move |connection| {
                let outcome = work(connection).map_err(|error| StoreError::new(action, error));
                // Nobody is waiting any more. The change has been made all the same.
                let _ = answer.send(outcome);
            });
            self.jobs.send(job).await.map_err(|_| gone(action))?;
            answered.await.map_err(|_| gone(action))?
        })
    }
}

/// SQLite's errors, and rows that make no sense.
type StoreFailure = Box<dyn std::error::Error + Send + Sync>;

fn gone(action: &'static str) -> StoreError {
    StoreError::new(action, "the database's thread has ended")
}

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
