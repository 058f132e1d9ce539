//! Loaded once, for tasks.

use std::sync::Arc;

use tokio::sync::Mutex;

use crate::error::LoadError;

/// A value that is loaded when it is first needed.
#[derive(Debug)]
pub struct Once<T> {
    value: Mutex<Option<Arc<T>>>,
}

impl<T> Once<T> {
    /// Not loaded yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            value: Mutex::new(None),
        }
    }

    /// The value. If there is none, loads it with `load`, as part of the caller's future.
    ///
    /// # Errors
    ///
    /// If the caller's own load fails. Then there is no value, and the next caller loads.
    pub async fn get_or_load<F>(&self, load: impl FnOnce() -> F) -> Result<Arc<T>, LoadError>
    where
        F: Future<Output = Result<T, LoadError>>,
    {
        let mut value = self.value.lock().await;
        if let Some(value) = &*value {
            return Ok(Arc::clone(value));
        }
        let loaded = Arc::new(load().await?);
        *value = Some(Arc::clone(&loaded));
        Ok(loaded)
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}
