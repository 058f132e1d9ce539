//! A pool of database connections, and transactions on them.

use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

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

/// Connections that requests share. Each is used by one request at a time.
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
    /// # Errors
    ///
    /// Fails with the first error of the work or of a statement of its own.
    pub async fn transaction<T>(
        &self,
        work: impl AsyncFnOnce(&mut C) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let mut lease = self.lease().await;
        let connection = lease.connection.as_mut().expect("taken by drop alone");
        // Whoever had it before may have left something open.
        connection.execute("ROLLBACK").await?;
        connection.execute("BEGIN").await?;
        let ended = match work(connection).await {
            Ok(value) => connection.execute("COMMIT").await.map(|()| value),
            Err(error) => Err(error),
        };
        if ended.is_err() {
            connection.execute("ROLLBACK").await?;
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
            connection,
            free: Arc::clone(&self.free),
            _permit: permit,
        }
    }
}

/// A connection that goes back to the pool when this is dropped.
struct Lease<C: Connection> {
    connection: Option<C>,
    free: Arc<Mutex<Vec<C>>>,
    _permit: OwnedSemaphorePermit,
}

impl<C: Connection> Drop for Lease<C> {
    fn drop(&mut self) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        free.extend(self.connection.take());
    }
}
