//! A pool: so many connections, lent to whoever asks, for as long as they keep them.

use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

/// Connections that are not lent.
#[derive(Debug)]
pub struct Pool {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
    patience: Duration,
}

/// Every connection was lent for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted;

impl Pool {
    /// A pool of these connections. Whoever finds none of them idle waits for so long.
    #[must_use]
    pub fn new(connections: Vec<Connection>, patience: Duration) -> Self {
        Self {
            idle: Mutex::new(connections),
            returned: Condvar::new(),
            patience,
        }
    }

    /// Lends a connection.
    ///
    /// # Errors
    ///
    /// None came back in time.
    pub fn get(&self) -> Result<Pooled<'_>, Exhausted> {
        let (mut idle, _) = self
            .returned
            .wait_timeout_while(self.lock(), self.patience, |idle| idle.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        let connection = idle.pop().ok_or(Exhausted)?;
        Ok(Pooled {
            pool: self,
            connection: Some(connection),
        })
    }

    /// How many connections are not lent at the moment.
    #[must_use]
    pub fn idle(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that goes back to its pool when this is dropped.
#[derive(Debug)]
pub struct Pooled<'a> {
    pool: &'a Pool,
    connection: Option<Connection>,
}

impl Deref for Pooled<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
            .as_ref()
            .expect("it is there until the drop")
    }
}

impl DerefMut for Pooled<'_> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection
            .as_mut()
            .expect("it is there until the drop")
    }
}

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.lock().push(connection);
            self.pool.returned.notify_one();
        }
    }
}

impl fmt::Display for Exhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every connection of the pool is in use")
    }
}

impl Error for Exhausted {}
