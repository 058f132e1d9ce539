//! A pool of database connections, and transactions on them.

use std::error::Error;
use std::fmt;

use tokio::sync::{Mutex, mpsc};

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

/// Connections that requests share. One task of the pool rolls back what others leave open; it ends with
/// the pool.
#[derive(Debug)]
pub struct Pool<C: Connection> {
    free: Mutex<mpsc::UnboundedReceiver<C>>,
    ways_back: WaysBack<C>,
}

#[derive(Debug)]
struct WaysBack<C> {
    clean: mpsc::UnboundedSender<C>,
    dirty: mpsc::UnboundedSender<C>,
}

impl<C: Connection> Pool<C> {
    /// A pool of these connections. To be called on a tokio runtime.
    #[must_use]
    pub fn new(connections: Vec<C>) -> Self {
        let (clean, free) = mpsc::unbounded_channel();
        let (dirty, mut to_clean) = mpsc::unbounded_channel::<C>();
        for connection in connections {
            let _ = clean.send(connection);
        }
        let cleaned = clean.clone();
        tokio::spawn(async move {
            while let Some(mut connection) = to_clean.recv().await {
                if connection.execute("ROLLBACK").await.is_ok() {
                    let _ = cleaned.send(connection);
                }
            }
        });
        Self {
            free: Mutex::new(free),
            ways_back: WaysBack { clean, dirty },
        }
    }

    /// Runs `work` in a transaction, on the next connection that is free.
    ///
    /// # Errors
    ///
    /// Fails with the first error of the work or of a statement of its own, after rolling back.
    pub async fn transaction<T>(
        &self,
        work: impl AsyncFnOnce(&mut C) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let connection = self.free.lock().await.recv().await;
        let mut lease = Lease {
            connection,
            back: self.ways_back.dirty.clone(),
        };
        let connection = lease.connection.as_mut().expect("the pool has a sender");
        let ended = run(connection, work).await;
        if ended.is_ok() || connection.execute("ROLLBACK").await.is_ok() {
            lease.back = self.ways_back.clean.clone();
        }
        ended
    }
}

async fn run<T, C: Connection>(
    connection: &mut C,
    work: impl AsyncFnOnce(&mut C) -> Result<T, DbError>,
) -> Result<T, DbError> {
    connection.execute("BEGIN").await?;
    let value = work(connection).await?;
    connection.execute("COMMIT").await?;
    Ok(value)
}

struct Lease<C> {
    connection: Option<C>,
    back: mpsc::UnboundedSender<C>,
}

impl<C> Drop for Lease<C> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Without a receiver, because the runtime is gone, the connection comes back and is dropped.
            let _ = self.back.send(connection);
        }
    }
}
