//! A cache beside a database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

#[derive(Debug, Default)]
struct Slot {
    /// Held by the one who loads.
    loading: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    copy: Option<(String, Instant)>,
    /// Writes that have begun, and those that have ended. A load keeps its value only if there was none meanwhile.
    writes: u64,
}

/// A write under way. It counts as ended however it ends.
struct Write<'a>(&'a Slot);

impl Write<'_> {
    fn note(&self) {
        let mut state = self.0.state();
        state.copy = None;
        state.writes += 1;
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.note();
    }
}

impl Slot {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fresh(&self, ttl: Duration) -> Option<String> {
        let state = self.state();
        let (value, since) = state.copy.as_ref()?;
        (since.elapsed() < ttl).then(|| value.clone())
    }
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
        if let Some(value) = slot.fresh(self.ttl) {
            return Ok(value);
        }
        let _turn = slot.loading.lock().await;
        if let Some(value) = slot.fresh(self.ttl) {
            return Ok(value);
        }
        let (writes, since) = (slot.state().writes, Instant::now());
        let value = self.source.load(key).await?;
        let mut state = slot.state();
        if state.writes == writes {
            state.copy = Some((value.clone(), since));
        }
        Ok(value)
    }

    /// Writes a value to the source. Whoever asks afterwards gets it, or a newer one.
    ///
    /// # Errors
    ///
    /// The source's.
    pub async fn set(&self, key: &str, value: &str) -> Result<(), S::Error> {
        let slot = self.slot(key);
        let write = Write(&slot);
        write.note();
        self.source.store(key, value).await
    }

    fn slot(&self, key: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(key.to_owned()).or_default())
    }
}
