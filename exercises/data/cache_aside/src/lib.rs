//! A cache beside a database.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
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
    copies: Mutex<HashMap<String, Copy>>,
}

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
            copies: Mutex::default(),
        }
    }

    /// The value of a key: a copy that is younger than the time to live, or else what the source says now.
    ///
    /// # Errors
    ///
    /// The source's. They are not kept.
    pub async fn get(&self, key: &str) -> Result<String, S::Error> {
        if let Some(value) = self.fresh(key) {
            return Ok(value);
        }
        let since = Instant::now();
        let value = self.source.load(key).await?;
        let copy = Copy {
            value: value.clone(),
            since,
        };
        self.copies().insert(key.to_owned(), copy);
        Ok(value)
    }

    /// Writes a value to the source. Whoever asks afterwards gets it, or a newer one.
    ///
    /// # Errors
    ///
    /// The source's.
    pub async fn set(&self, key: &str, value: &str) -> Result<(), S::Error> {
        self.source.store(key, value).await?;
        self.copies().remove(key);
        Ok(())
    }

    fn fresh(&self, key: &str) -> Option<String> {
        let copies = self.copies();
        let copy = copies.get(key)?;
        (copy.since.elapsed() < self.ttl).then(|| copy.value.clone())
    }

    fn copies(&self) -> MutexGuard<'_, HashMap<String, Copy>> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
