//! A cache beside a database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The database, as far as the cache is concerned.
pub trait Source: Send + Sync {
    /// What goes wrong there.
    type Error;

    /// Reads a value. It is the one that was there at some moment between the call and the answer.
    fn load(&self, key: &str) -> impl Future<Output = Result<String, Self::Error>> + Send;

    /// Writes a value. After an error, or if it is given up, nobody knows whether it was written.
    fn store(&self, key: &str, value: &str)
    -> impl Future<Output = Result<(), Self::Error>> + Send;
}

/// Copies of what the source has.
#[derive(Debug)]
pub struct Cache<S> {
    source: S,
    ttl: Duration,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

/// Locked by whoever loads or writes this key, for as long as that takes. So a load never ends behind a write that
/// it did not see, and whoever waits for a load finds its copy.
type Slot = tokio::sync::Mutex<Option<Copy>>;

#[derive(Debug, Clone)]
struct Copy {
    value: String,
    /// Since when it may be out of date: when the load of it began.
    since: Instant,
}

impl<S: Source> Cache<S> {
    /// A cache whose copies are used for so long.
    #[must_use]
    pub fn new(source: S, ttl: Duration) -> Self {
        Self {
            source,
            ttl,
            slots: Mutex::default(),
        }
    }

    /// The value of a key: a copy that is younger than the time to live, or else what the source says now.
    ///
    /// # Errors
    ///
    /// The source's. They are not kept.
    pub async fn get(&self, key: &str) -> Result<String, S::Error> {
        let slot = self.slot(key);
        let mut copy = slot.lock().await;
        if let Some(copy) = &*copy
            && copy.since.elapsed() < self.ttl
        {
            return Ok(copy.value.clone());
        }
        let since = Instant::now();
        let value = self.source.load(key).await?;
        *copy = Some(Copy {
            value: value.clone(),
            since,
        });
        Ok(value)
    }

    /// Writes a value to the source. Whoever asks afterwards gets it, or a newer one.
    ///
    /// # Errors
    ///
    /// The source's.
    pub async fn set(&self, key: &str, value: &str) -> Result<(), S::Error> {
        let slot = self.slot(key);
        let mut copy = slot.lock().await;
        // Before the write, so that it is gone too if the write fails or is given up half-way. Nobody can load the
        // old value meanwhile, because the slot is locked.
        *copy = None;
        self.source.store(key, value).await
    }

    /// The lock around the map is held for a look-up only; keys do not wait for each other.
    fn slot(&self, key: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(key.to_owned()).or_default())
    }
}
