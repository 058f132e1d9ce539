//! A pool of database connections, and transactions on them.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection to the database.
pub trait Connection: Send + 'static {
    /// Sends one statement and waits for the answer. `ROLLBACK` is also allowed where no transaction is
    /// open; it does nothing then.
    ///
    /// If the future is dropped, the statement may have taken effect. The connection can be used again: it
    /// skips the answer that nobody has read. Dropping the connection closes it.
    fn execute(&mut self, statement: &str) -> impl Future<Output = Result<(), DbError>> + Send;
}

/// What the database has to object to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DbError(pub String);

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for DbError {}

/// Connections that requests share. Each is used by one request at a time, and is handed out with no
/// transaction open on it.
#[derive(Debug)]
pub struct Pool<C: Connection> {
    free: Arc<Mutex<Vec<C>>>,
    permits: Arc<Semaphore>,
}

impl<C: Connection> Pool<C> {
    /// A pool of these connections. To be called on a tokio runtime.
    #[must_use]
    pub fn new(connections: Vec<C>) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(connections.len())),
            free: Arc::new(Mutex::new(connections)),
        }
    }

    /// Runs `work` in a transaction, on the next connection that is free.
    ///
    /// If the returned future is dropped, or if `work` panics, the work stops where it is. Then a task of
    /// its own rolls back and returns the connection to the pool. If that happens outside of a runtime the
    /// connection is closed, and the pool has one less.
    ///
    /// A future that is dropped while it commits has either committed or not.
    ///
    /// # Errors
    ///
    /// Fails with the first error of the work or of a statement of its own, after rolling back.
    pub async fn transaction<T>(
        &self,
        work: impl AsyncFnOnce(&mut C) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let mut lease = self.lease().await;
        let ended = lease.run(work).await;
        if ended.is_err() {
            // Here there is somebody who can wait, so nothing is left to `drop`. If even this fails, the
            // lease is still dirty, and `drop` tries once more.
            let _ = lease
                .execute("ROLLBACK")
                .await
                .map(|()| lease.dirty = false);
        }
        ended
    }

    async fn lease(&self) -> Lease<C> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let connection = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        Lease {
            dirty: false,
            held: connection.map(|connection| Held {
                connection,
                permit,
                free: Arc::clone(&self.free),
            }),
        }
    }
}

/// A connection that goes back to the pool when this is dropped, clean.
struct Lease<C: Connection> {
    /// A transaction may be open.
    dirty: bool,
    /// Taken by `drop` alone.
    held: Option<Held<C>>,
}

/// A connection with the right to use it. They go back together.
struct Held<C> {
    connection: C,
    permit: OwnedSemaphorePermit,
    free: Arc<Mutex<Vec<C>>>,
}

impl<C: Connection> Lease<C> {
    async fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut C) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        // Before the statement is sent and not when it is answered: who is dropped in between has opened
        // a transaction and does not know it.
        self.dirty = true;
        self.execute("BEGIN").await?;
        let value = work(self.connection()).await?;
        self.execute("COMMIT").await?;
        self.dirty = false;
        Ok(value)
    }

    async fn execute(&mut self, statement: &str) -> Result<(), DbError> {
        self.connection().execute(statement).await
    }

    fn connection(&mut self) -> &mut C {
        &mut self.held.as_mut().expect("taken by drop alone").connection
    }
}

impl<C: Connection> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(mut held) = self.held.take() else {
            return;
        };
        if !self.dirty {
            held.put_back();
            return;
        }
        // `drop` can't await, and must not block the thread that runs everybody else. So the rollback is a
        // task. It owns the permit: until it is done, the connection is nobody's. There are at most as many
        // of these tasks as connections.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                let _ = held.connection.execute("ROLLBACK").await;
                held.close();
            });
        } else {
            // Nobody is left who could wait for an answer. The server rolls back what a closed connection
            // had open.
            held.close();
        }
    }
}

impl<C> Held<C> {
    fn put_back(self) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(self.connection);
        // The permit after the connection: whoever gets it finds one.
        drop(free);
        drop(self.permit);
    }

    /// A permit without a connection would let somebody in who finds none.
    fn close(self) {
        self.permit.forget();
    }
}
