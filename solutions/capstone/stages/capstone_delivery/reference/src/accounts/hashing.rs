//! Where passwords are hashed: beside the runtime, and only so many at a time.
//!
//! A hash takes a core for tens of milliseconds and memory by the megabyte, and everybody may ask for one. Without a
//! limit a thousand requests are 19 GiB; with one and no limit on who waits, they are a queue that nobody survives.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task;

use super::{AccountError, Policy};
use crate::ports::{PasswordHasher, StoreError};

#[derive(Clone)]
pub(super) struct Hashing {
    hasher: Arc<dyn PasswordHasher>,
    /// For who works and who waits.
    places: Arc<Semaphore>,
    /// For who works.
    running: Arc<Semaphore>,
}

impl Hashing {
    pub(super) fn new(hasher: Arc<dyn PasswordHasher>, policy: &Policy) -> Self {
        let at_once = policy.hashes_at_once.max(1);
        let places = at_once
            .saturating_add(policy.hashes_waiting)
            .min(Semaphore::MAX_PERMITS);
        Self {
            hasher,
            places: Arc::new(Semaphore::new(places)),
            running: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// Has `work` done when it is its turn. [`AccountError::Busy`] if too many wait for theirs.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn PasswordHasher) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, AccountError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| AccountError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await;
        let turn = turn.map_err(|_| AccountError::Busy)?;
        let hasher = Arc::clone(&self.hasher);
        let job = move || {
            // The thread gives them back and not the request. One that hangs up is dropped, its hash goes on, and
            // whoever sends and hangs up a thousand times must not have a thousand hashes.
            let _held = (place, turn);
            work(&*hasher)
        };
        match task::spawn_blocking(job).await {
            Ok(outcome) => Ok(outcome?),
            Err(panicked) => Err(StoreError::new("hash a password", panicked).into()),
        }
    }
}
