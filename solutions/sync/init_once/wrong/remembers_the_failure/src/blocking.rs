//! Loaded once, for threads.

use crate::error::LoadError;
use crate::sync::{Arc, Mutex, PoisonError};

/// A value that is loaded when it is first needed.
#[derive(Debug)]
pub struct Once<T> {
    value: Mutex<Option<Result<Arc<T>, LoadError>>>,
}

impl<T> Once<T> {
    /// Not loaded yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            value: Mutex::new(None),
        }
    }

    /// The value. If there is none, loads it with `load`, on the caller's thread.
    ///
    /// # Errors
    ///
    /// If the caller's own load fails. Then there is no value, and the next caller loads.
    pub fn get_or_load(
        &self,
        load: impl FnOnce() -> Result<T, LoadError>,
    ) -> Result<Arc<T>, LoadError> {
        // Held during the load, which is what this lock is for: whoever wants the value has nothing better
        // to do than to wait for it. A load that panics has stored nothing, so poison tells us nothing.
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = &*value {
            return value.clone();
        }
        // A failure leaves by `?` and leaves nothing behind. The next one in the row has the lock then,
        // finds nothing, and loads.
        let loaded = load().map(Arc::new);
        *value = Some(loaded.clone());
        loaded
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}
