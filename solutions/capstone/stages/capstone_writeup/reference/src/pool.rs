//! Few connections for many calls.
//!
//! Architecture invariant: knows no database. What a connection is, and how one is made, is whoever's that is asked for
//! them, so that the rules here can be tested without a server and without a clock.

use std::fmt;
use std::future;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time;

use crate::ports::{Pending, StoreError};

/// Makes connections.
pub trait Connect: Send + Sync + 'static {
    /// One of them. Dropped, it is closed.
    type Connection: Send + 'static;

    /// Makes one. May be dropped at any time.
    fn connect(&self) -> Pending<'_, Self::Connection>;

    /// Whether it can still be used, as far as is known without asking the other side.
    fn is_open(&self, connection: &Self::Connection) -> bool;

    /// Closes one as the other side expects it. Here it is dropped.
    fn close(&self, connection: Self::Connection) -> Pending<'_, ()> {
        drop(connection);
        Box::pin(future::ready(Ok(())))
    }
}

/// Lends connections: never more than its size of them, each to one at a time.
pub struct Pool<C: Connect> {
    shared: Arc<Shared<C>>,
    patience: Duration,
}

struct Shared<C: Connect> {
    connect: C,
    /// Who has one of these may have a connection, or make one. They are given out in the order in which they were asked
    /// for, and come back however their holder ends. A count that is kept by hand comes back where somebody has thought
    /// of it.
    places: Arc<Semaphore>,
    size: u32,
    /// The one that was used last is used next, so that what is too many becomes old.
    idle: Mutex<Vec<C::Connection>>,
}

impl<C: Connect> Pool<C> {
    /// A pool without connections: they are made when they are needed. Who wants one waits for at most `patience`.
    pub fn new(connect: C, size: usize, patience: Duration) -> Self {
        let size = u32::try_from(size.max(1)).unwrap_or(u32::MAX);
        Self {
            shared: Arc::new(Shared {
                connect,
                places: Arc::new(Semaphore::new(size as usize)),
                size,
                idle: Mutex::default(),
            }),
            patience,
        }
    }

    /// A connection that is open, as far as is known. If it has to be made and can't be, the error is that of who makes
    /// them.
    ///
    /// # Errors
    ///
    /// Also if `patience` ends, for a place or for a connection: then it is [unavailable](StoreError::is_unavailable).
    pub async fn lend(&self) -> Result<Lent<C>, StoreError> {
        match time::timeout(self.patience, self.shared.lend()).await {
            Ok(lent) => lent,
            Err(_) => Err(StoreError::unavailable(
                "get a connection",
                format!("none was to be had within {:?}", self.patience),
            )),
        }
    }
}

impl<C: Connect> Pool<C> {
    /// Lends nothing more to those who ask from now on, waits for what is lent, and closes all of it.
    pub async fn close(&self) {
        // Whoever has all places has waited for all who have one; and whoever asks after it waits behind it, and is refused.
        let all = self.shared.places.acquire_many(self.shared.size).await;
        self.shared.places.close();
        drop(all);
        let idle = mem::take(&mut *self.shared.idle());
        for connection in idle {
            // It is closed when it is dropped, if it is by nothing else.
            let _ = self.shared.connect.close(connection).await;
        }
    }
}

impl<C: Connect> Shared<C> {
    async fn lend(self: &Arc<Self>) -> Result<Lent<C>, StoreError> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.map_err(|closed| StoreError::new("get a connection", closed))?;
        let connection = match self.usable() {
            Some(connection) => connection,
            None => self.connect.connect().await?,
        };
        Ok(Lent {
            connection: Some(connection),
            shared: Arc::clone(self),
            _place: place,
        })
    }

    /// The first that is open. Those that are not are closed on the way: after a restart of the server that is all of
    /// them, and who asks next should not be the one who finds out.
    fn usable(&self) -> Option<C::Connection> {
        let mut idle = self.idle();
        while let Some(connection) = idle.pop() {
            if self.connect.is_open(&connection) {
                return Some(connection);
            }
        }
        None
    }

    /// Nothing that is done under the lock can leave it half done.
    fn idle(&self) -> MutexGuard<'_, Vec<C::Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Connect> fmt::Debug for Pool<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("free", &self.shared.places.available_permits())
            .field("idle", &self.shared.idle().len())
            .finish_non_exhaustive()
    }
}

/// A connection that is somebody's for now. Dropped, it is closed: whoever was dropped in the middle of something has
/// left an open transaction on it, or an answer to a question of theirs.
pub struct Lent<C: Connect> {
    /// There until it is given back. Declared before its place, so that it is closed before another is made.
    connection: Option<C::Connection>,
    shared: Arc<Shared<C>>,
    _place: OwnedSemaphorePermit,
}

impl<C: Connect> Lent<C> {
    /// For the next one. To be called only where nothing is left open on it.
    pub fn give_back(mut self) {
        if let Some(connection) = self.connection.take() {
            self.shared.idle().push(connection);
        }
    }
}

/// Why there is always one to be had.
const NOT_GIVEN_BACK: &str =
    "only `give_back` takes the connection out, and nobody has it after that";

impl<C: Connect> Deref for Lent<C> {
    type Target = C::Connection;

    fn deref(&self) -> &C::Connection {
        self.connection.as_ref().expect(NOT_GIVEN_BACK)
    }
}

impl<C: Connect> DerefMut for Lent<C> {
    fn deref_mut(&mut self) -> &mut C::Connection {
        self.connection.as_mut().expect(NOT_GIVEN_BACK)
    }
}

impl<C: Connect> fmt::Debug for Lent<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").finish_non_exhaustive()
    }
}
