//! Few connections for many calls: a row of slots, which go round. In each is a connection that nobody uses, or room for
//! one.
//!
//! Architecture invariant: knows no database. What a connection is, and how one is made, is whoever's that is asked for
//! them, so that the rules here can be tested without a server and without a clock.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
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
}

/// Lends connections: never more than its size of them, each to one at a time.
pub struct Pool<C: Connect> {
    connect: C,
    /// Its lock is given to those who wait in the order in which they came.
    free: Mutex<mpsc::Receiver<Slot<C>>>,
    back: mpsc::Sender<Slot<C>>,
    patience: Duration,
}

type Slot<C> = Option<<C as Connect>::Connection>;

impl<C: Connect> Pool<C> {
    /// A pool without connections: they are made when they are needed. Who wants one waits for at most `patience`.
    pub fn new(connect: C, size: usize, patience: Duration) -> Self {
        let (back, free) = mpsc::channel(size.max(1));
        for _ in 0..size.max(1) {
            // There is room for each of them, always: nobody else makes slots.
            let _ = back.try_send(None);
        }
        Self {
            connect,
            free: Mutex::new(free),
            back,
            patience,
        }
    }

    /// A connection that is open, as far as is known. If it has to be made and can't be, the error is that of who makes
    /// them.
    ///
    /// # Errors
    ///
    /// Also if `patience` ends, for a slot or for a connection: then it is [unavailable](StoreError::is_unavailable).
    pub async fn lend(&self) -> Result<Lent<C>, StoreError> {
        match time::timeout(self.patience, self.lend_at_last()).await {
            Ok(lent) => lent,
            Err(_) => {
                let reason = format!("{:?} were not enough to get one", self.patience);
                Err(StoreError::unavailable("get a connection", reason))
            }
        }
    }

    async fn lend_at_last(&self) -> Result<Lent<C>, StoreError> {
        let slot = self.free.lock().await.recv().await;
        // From here on the slot comes back by itself, empty if nobody says otherwise.
        let mut lent = Lent {
            connection: slot.ok_or_else(|| StoreError::new("get a connection", "no slots"))?,
            rest: None,
            back: self.back.clone(),
        };
        let open = |connection: &C::Connection| self.connect.is_open(connection);
        if !lent.connection.as_ref().is_some_and(open) {
            // Closed before another is made.
            lent.connection = None;
            lent.connection = Some(self.connect.connect().await?);
        }
        Ok(lent)
    }
}

impl<C: Connect> fmt::Debug for Pool<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

/// A connection that is somebody's for now. Dropped, it is closed: whoever was dropped in the middle of something has
/// left an open transaction on it, or an answer to a question of theirs.
pub struct Lent<C: Connect> {
    connection: Slot<C>,
    /// What the slot is given back with.
    rest: Slot<C>,
    back: mpsc::Sender<Slot<C>>,
}

impl<C: Connect> Lent<C> {
    /// For the next one. To be called only where nothing is left open on it.
    pub fn give_back(mut self) {
        self.rest = self.connection.take();
    }
}

impl<C: Connect> Drop for Lent<C> {
    fn drop(&mut self) {
        drop(self.connection.take());
        let _ = self.back.try_send(self.rest.take());
    }
}

/// Why there is always one to be had.
const IS_THERE: &str = "nobody gets a `Lent` without a connection";

impl<C: Connect> Deref for Lent<C> {
    type Target = C::Connection;

    fn deref(&self) -> &C::Connection {
        self.connection.as_ref().expect(IS_THERE)
    }
}

impl<C: Connect> DerefMut for Lent<C> {
    fn deref_mut(&mut self) -> &mut C::Connection {
        self.connection.as_mut().expect(IS_THERE)
    }
}

impl<C: Connect> fmt::Debug for Lent<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lent").finish_non_exhaustive()
    }
}
