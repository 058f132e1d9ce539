//! Tasks, their jobs and updates, and accounts in a PostgreSQL database, for as many services as there are.
//!
//! The server is across a network, and away now and then. A service outlasts that: each call ends within its time, says
//! whether it is of use to come back, and leaves no connection on which something is still open.

mod accounts;
mod connection;
mod error;
mod jobs;
mod migrations;
mod tasks;
mod updates;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time;
use tokio_postgres::Client;

use self::connection::Server;
use self::error::Failure;
use super::origin::{Origin, Origins};
use crate::Secret;
use crate::domain::{Draft, Name, Task, TaskId, Timestamp, UserId};
use crate::pool::{Lent, Pool};
use crate::ports::{
    Account, AccountRepository, Arrival, Backlog, Clock, DeadJob, Digest, Held, Inserted, JobQueue,
    Leased, Once, Pending, Receipt, Rotated, Session, Since, StoreError, TaskRepository, UpdateLog,
    Written,
};

/// How long new tables may take. Others who start at the same time wait for as long.
const MIGRATION: Duration = Duration::from_secs(600);

/// How a database across a network is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresSettings {
    /// How many connections there are at most.
    pub connections: usize,
    /// How long a call may take, with the wait for a connection in it.
    pub patience: Duration,
}

impl Default for PostgresSettings {
    fn default() -> Self {
        Self {
            connections: 8,
            patience: Duration::from_secs(2),
        }
    }
}

/// Tasks, their jobs and their updates in a PostgreSQL database. Clones share its connections.
///
/// Nothing is done before [`prepare`](Self::prepare) has gone well. Until then each call is
/// [unavailable](StoreError::is_unavailable), at once.
#[derive(Clone)]
pub struct PostgresTasks {
    shared: Arc<Shared>,
    origins: Origins,
}

struct Shared {
    pool: Pool<Server>,
    patience: Duration,
    prepared: AtomicBool,
    /// Rung after each change here, which may have left a job. Changes of other services are found by looking.
    bell: Notify,
    /// Rung with it, for those who wait for updates. Each bell has one who listens.
    grown: Notify,
}

/// What is done on a connection.
type Work<'c, T> = Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'c>>;

impl PostgresTasks {
    /// The database at `postgres://user:password@host:port/name`. `None` if it is no such text. Nothing is connected yet.
    pub fn new(url: &str, settings: PostgresSettings) -> Option<Self> {
        let PostgresSettings {
            connections,
            patience,
        } = settings;
        Some(Self {
            shared: Arc::new(Shared {
                pool: Pool::new(Server::new(url, patience)?, connections, patience),
                patience,
                prepared: AtomicBool::new(false),
                bell: Notify::new(),
                grown: Notify::new(),
            }),
            origins: Origins::default(),
        })
    }

    /// The same, with another clock than the machine's: it says how long jobs have been there.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.origins = Origins::by(clock);
        self
    }

    /// Brings the tables up to date, if they are not. Any number of services may do that at the same time.
    ///
    /// # Errors
    ///
    /// If nobody answers, which is [unavailable](StoreError::is_unavailable), or the database can't be used, or is a later
    /// release's. Then nothing has changed.
    pub async fn prepare(&self) -> Result<(), StoreError> {
        const ACTION: &str = "prepare the database";
        let patience = self.shared.patience;
        // To look takes as long as any call. Only who has something to do takes longer.
        let look: Pending<'_, bool> =
            self.run(ACTION, patience, |it| Box::pin(migrations::are_done(it)));
        if !look.await? {
            let migrate: Pending<'_, ()> =
                self.run(ACTION, MIGRATION, |it| Box::pin(migrations::run(it)));
            migrate.await?;
        }
        self.shared.prepared.store(true, Ordering::Release);
        Ok(())
    }

    /// Waits for what is under way, and closes all connections.
    pub async fn close(&self) {
        self.shared.pool.close().await;
    }

    /// The accounts in the same database, by the same connections.
    pub fn accounts(&self) -> PostgresAccounts {
        PostgresAccounts(self.clone())
    }

    /// As [`call`](Self::call), for what may leave a job and an update: whoever waits for them is told.
    fn change<T: Send + 'static>(
        &self,
        action: &'static str,
        work: impl for<'c> FnOnce(&'c mut Client) -> Work<'c, T> + Send + 'static,
    ) -> Pending<'_, T> {
        let outcome = self.call(action, work);
        Box::pin(async move {
            let outcome = outcome.await;
            self.shared.bell.notify_one();
            self.shared.grown.notify_one();
            outcome
        })
    }

    /// Has `work` done, if the tables are there.
    fn call<T: Send + 'static>(
        &self,
        action: &'static str,
        work: impl for<'c> FnOnce(&'c mut Client) -> Work<'c, T> + Send + 'static,
    ) -> Pending<'_, T> {
        if self.shared.prepared.load(Ordering::Acquire) {
            return self.run(action, self.shared.patience, work);
        }
        let reason = "nobody has been able to look at its tables yet";
        Box::pin(async move { Err(StoreError::unavailable(action, reason)) })
    }

    /// Has `work` done on a connection.
    ///
    /// It is not done again if the connection is lost: it may have been done, and only the answer lost. Who asks has to
    /// say whether it may be repeated, and has a key for that.
    fn run<T: Send + 'static>(
        &self,
        action: &'static str,
        limit: Duration,
        work: impl for<'c> FnOnce(&'c mut Client) -> Work<'c, T> + Send + 'static,
    ) -> Pending<'_, T> {
        Box::pin(async move {
            let answered = async {
                let mut lent: Lent<Server> = self.shared.pool.lend().await?;
                let outcome = work(&mut lent.client).await;
                // It has come to its end, whichever: a transaction that was not committed is being rolled back, before
                // anything that comes after it. Who is dropped above takes the connection along.
                lent.give_back();
                outcome.map_err(|failure| failure.of(action))
            };
            match time::timeout(limit, answered).await {
                Ok(outcome) => outcome,
                Err(_) => {
                    let late = format!("there was no answer within {limit:?}");
                    Err(StoreError::unavailable(action, late))
                }
            }
        })
    }
}

/// Without the URL, which has a password.
impl fmt::Debug for PostgresTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresTasks")
            .field("pool", &self.shared.pool)
            .finish_non_exhaustive()
    }
}

/// Accounts and sessions in a PostgreSQL database: [`PostgresTasks::accounts`].
#[derive(Debug, Clone)]
pub struct PostgresAccounts(PostgresTasks);

impl TaskRepository for PostgresTasks {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        let origin = self.origins.here();
        self.change("store a task", move |it| {
            Box::pin(tasks::insert(it, draft, once, origin))
        })
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        self.call("find a task", move |it| {
            Box::pin(tasks::find(it, owner, id))
        })
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        self.call("list tasks", move |it| {
            Box::pin(tasks::list(it, owner, after, limit))
        })
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        let origin = self.origins.here();
        self.change("change a task", move |it| {
            Box::pin(tasks::update(it, task, expected, origin))
        })
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        let origin = self.origins.here();
        self.change("delete a task", move |it| {
            Box::pin(tasks::delete(it, owner, id, expected, origin))
        })
    }
}

impl JobQueue for PostgresTasks {
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>> {
        self.call("claim a job", move |it| {
            Box::pin(jobs::claim(it, now, until))
        })
    }

    fn extend(&self, receipt: Receipt, until: Timestamp) -> Pending<'_, Held> {
        self.call("extend a lease", move |it| {
            Box::pin(jobs::extend(it, receipt, until))
        })
    }

    fn complete(&self, receipt: Receipt) -> Pending<'_, Held> {
        self.call("complete a job", move |it| {
            Box::pin(jobs::complete(it, receipt))
        })
    }

    fn retry(&self, receipt: Receipt, due: Timestamp, reason: String) -> Pending<'_, Held> {
        self.call("put a job off", move |it| {
            Box::pin(jobs::retry(it, receipt, due, reason))
        })
    }

    fn bury(&self, receipt: Receipt, reason: String) -> Pending<'_, Held> {
        self.call("bury a job", move |it| {
            Box::pin(jobs::bury(it, receipt, reason))
        })
    }

    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>> {
        self.call("list dead jobs", move |it| Box::pin(jobs::dead(it, limit)))
    }

    fn backlog(&self) -> Pending<'_, Option<Backlog>> {
        self.call("count jobs", |it| {
            Box::pin(async { jobs::backlog(it).await.map(Some) })
        })
    }

    fn arrived(&self) -> Arrival<'_> {
        Box::pin(self.shared.bell.notified())
    }
}

impl UpdateLog for PostgresTasks {
    fn last(&self, owners: Vec<UserId>) -> Pending<'_, Vec<u64>> {
        self.call("count updates", move |it| {
            Box::pin(updates::last(it, owners))
        })
    }

    fn since(&self, owner: UserId, after: u64, limit: usize) -> Pending<'_, Since> {
        self.call("read updates", move |it| {
            Box::pin(updates::since(it, owner, after, limit))
        })
    }

    fn grown(&self) -> Arrival<'_> {
        Box::pin(self.shared.grown.notified())
    }
}

impl AccountRepository for PostgresAccounts {
    fn register(&self, name: Name, password: Secret, at: Timestamp) -> Pending<'_, Option<UserId>> {
        self.0.call("store an account", move |it| {
            Box::pin(accounts::register(it, name, password, at))
        })
    }

    fn account(&self, name: Name) -> Pending<'_, Option<Account>> {
        self.0.call("find an account", |it| {
            Box::pin(accounts::account(it, name))
        })
    }

    fn begin(&self, session: Session) -> Pending<'_, ()> {
        self.0.call("store a session", move |it| {
            Box::pin(accounts::begin(it, session))
        })
    }

    fn rotate(
        &self,
        session: Digest,
        used: Digest,
        next: Digest,
        now: Timestamp,
    ) -> Pending<'_, Rotated> {
        self.0.call("renew a session", move |it| {
            Box::pin(accounts::rotate(it, session, used, next, now))
        })
    }

    fn end(&self, session: Digest) -> Pending<'_, ()> {
        self.0.call("end a session", move |it| {
            Box::pin(accounts::end(it, session))
        })
    }

    fn end_all(&self, owner: UserId) -> Pending<'_, ()> {
        self.0.call("end sessions", move |it| {
            Box::pin(accounts::end_all(it, owner))
        })
    }
}
