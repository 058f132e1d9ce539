//! Loaded once, for threads.

use crate::error::LoadError;
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A value that is loaded when it is first needed.
#[derive(Debug)]
pub struct Once<T> {
    value: Mutex<Option<Arc<T>>>,
    /// Held by the one that loads. Apart from the value, whose lock is then never held for long.
    turn: Mutex<()>,
}

impl<T> Once<T> {
    /// Not loaded yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            value: Mutex::new(None),
            turn: Mutex::new(()),
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
        let known = self.value().clone();
        if let Some(value) = known {
            return Ok(value);
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // Again: somebody may have loaded while this waited for its turn.
        let known = self.value().clone();
        if let Some(value) = known {
            return Ok(value);
        }
        let value = Arc::new(load()?);
        *self.value() = Some(Arc::clone(&value));
        Ok(value)
    }

    fn value(&self) -> MutexGuard<'_, Option<Arc<T>>> {
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}
