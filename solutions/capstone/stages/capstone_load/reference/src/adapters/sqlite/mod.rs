//! Tasks, their jobs and updates, and accounts in a SQLite file.
//!
//! SQLite blocks: on the disk, and on other processes that hold the file's lock. So one thread of its own
//! has the connection, and is sent what to do. The runtime's threads wait for its answers like for a socket.

mod accounts;
mod connection;
mod jobs;
mod migrations;
mod tasks;
mod updates;

use std::path::Path;
use std::sync::Arc;

use tokio::sync::{Notify, mpsc, oneshot, watch};

use self::connection::Job;
use super::origin::{Origin, Origins};
use crate::Secret;
use crate::domain::{Draft, Name, Task, TaskId, Timestamp, UserId};
use crate::ports::{
    Account, AccountRepository, Arrival, Backlog, Clock, DeadJob, Digest, Held, Inserted, JobQueue,
    Leased, Once, Pending, Receipt, Rotated, Session, Since, StoreError, TaskRepository, UpdateLog,
    Written,
};

/// How many calls may wait for the thread. The next one waits for its place, and so does its client.
const WAITING: usize = 64;

/// Tasks, their jobs and their updates in a SQLite file. When the last clone is dropped, its thread does what it has been sent and closes
/// the file; [`closed`](Self::closed) says when.
#[derive(Debug, Clone)]
pub struct SqliteTasks {
    jobs: mpsc::Sender<Job>,
    /// Nothing is ever sent on it: that its sender is gone is the message.
    alive: watch::Receiver<()>,
    /// Rung after each change, which may have left a job.
    bell: Arc<Notify>,
    /// Rung with it, for those who wait for updates. Each bell has one who listens.
    grown: Arc<Notify>,
    origins: Origins,
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
        Ok(Self {
            jobs,
            alive,
            bell: Arc::default(),
            grown: Arc::default(),
            origins: Origins::default(),
        })
    }

    /// The same, with another clock than the machine's: it says how long jobs have been there.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.origins = Origins::by(clock);
        self
    }

    /// The accounts in the same file, on the same thread. They keep the file open as a clone of this does.
    pub fn accounts(&self) -> SqliteAccounts {
        SqliteAccounts(self.clone())
    }

    /// Completes when the file has been closed, which is after every clone of this has been dropped. The
    /// future itself keeps nothing open.
    pub fn closed(&self) -> impl Future<Output = ()> + use<> {
        let mut alive = self.alive.clone();
        async move { while alive.changed().await.is_ok() {} }
    }

    /// As [`run`](Self::run), for what may leave a job and an update: whoever waits for them is told, also if the caller is gone by then.
    fn change<T: Send + 'static>(
        &self,
        action: &'static str,
        work: impl FnOnce(&mut rusqlite::Connection, Origin) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Pending<'_, T> {
        let bells = [Arc::clone(&self.bell), Arc::clone(&self.grown)];
        // Here, in the caller's task, and not on the connection's thread.
        let origin = self.origins.here();
        self.run(action, move |connection| {
            let outcome = work(connection, origin);
            bells.iter().for_each(|bell| bell.notify_one());
            outcome
        })
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

/// Accounts and sessions in a SQLite file: [`SqliteTasks::accounts`].
#[derive(Debug, Clone)]
pub struct SqliteAccounts(SqliteTasks);

/// SQLite's errors, and rows that make no sense.
type StoreFailure = Box<dyn std::error::Error + Send + Sync>;

fn gone(action: &'static str) -> StoreError {
    StoreError::new(action, "the database's thread has ended")
}

impl TaskRepository for SqliteTasks {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        self.change("store a task", |it, origin| {
            tasks::insert(it, draft, once, origin)
        })
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        self.run("find a task", move |it| tasks::find(it, owner, id))
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        self.run("list tasks", move |it| tasks::list(it, owner, after, limit))
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        self.change("change a task", move |it, origin| {
            tasks::update(it, &task, expected, origin)
        })
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        self.change("delete a task", move |it, origin| {
            tasks::delete(it, owner, id, expected, origin)
        })
    }
}

impl JobQueue for SqliteTasks {
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>> {
        self.run("claim a job", move |it| jobs::claim(it, now, until))
    }

    fn extend(&self, receipt: Receipt, until: Timestamp) -> Pending<'_, Held> {
        self.run("extend a lease", move |it| jobs::extend(it, receipt, until))
    }

    fn complete(&self, receipt: Receipt) -> Pending<'_, Held> {
        self.run("complete a job", move |it| jobs::complete(it, receipt))
    }

    fn retry(&self, receipt: Receipt, due: Timestamp, reason: String) -> Pending<'_, Held> {
        self.run("put a job off", move |it| {
            jobs::retry(it, receipt, due, &reason)
        })
    }

    fn bury(&self, receipt: Receipt, reason: String) -> Pending<'_, Held> {
        self.run("bury a job", move |it| jobs::bury(it, receipt, &reason))
    }

    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>> {
        self.run("list dead jobs", move |it| jobs::dead(it, limit))
    }

    fn backlog(&self) -> Pending<'_, Option<Backlog>> {
        self.run("count jobs", |it| jobs::backlog(it).map(Some))
    }

    fn arrived(&self) -> Arrival<'_> {
        Box::pin(self.bell.notified())
    }
}

impl UpdateLog for SqliteTasks {
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>> {
        self.run("count updates", move |it| updates::last(it, &owners))
    }

    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since> {
        self.run("read updates", move |it| {
            updates::since(it, owner, after, limit)
        })
    }

    fn grown(&self) -> Arrival<'_> {
        Box::pin(self.grown.notified())
    }
}

impl AccountRepository for SqliteAccounts {
    fn register(&self, name: Name, password: Secret, at: Timestamp) -> Pending<'_, Option<UserId>> {
        self.0.run("store an account", move |it| {
            accounts::register(it, &name, &password, at)
        })
    }

    fn account(&self, name: Name) -> Pending<'_, Option<Account>> {
        self.0
            .run("find an account", |it| accounts::account(it, name))
    }

    fn begin(&self, session: Session) -> Pending<'_, ()> {
        self.0
            .run("store a session", move |it| accounts::begin(it, &session))
    }

    fn rotate(
        &self,
        session: Digest,
        used: Digest,
        next: Digest,
        now: Timestamp,
    ) -> Pending<'_, Rotated> {
        self.0.run("renew a session", move |it| {
            accounts::rotate(it, session, used, next, now)
        })
    }

    fn end(&self, session: Digest) -> Pending<'_, ()> {
        self.0
            .run("end a session", move |it| accounts::end(it, session))
    }

    fn end_all(&self, owner: UserId) -> Pending<'_, ()> {
        self.0
            .run("end sessions", move |it| accounts::end_all(it, owner))
    }
}
