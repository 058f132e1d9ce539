//! Loaded once, for tasks.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::error::LoadError;

/// A value that is loaded when it is first needed.
#[derive(Debug)]
pub struct Once<T> {
    value: Mutex<Option<Arc<T>>>,
    loading: AtomicBool,
    changed: Notify,
}

impl<T> Once<T> {
    /// Not loaded yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            value: Mutex::new(None),
            loading: AtomicBool::new(false),
            changed: Notify::new(),
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
        loop {
            let known = self.value().clone();
            if let Some(value) = known {
                return Ok(value);
            }
            if !self.loading.swap(true, Ordering::AcqRel) {
                let loaded = load().await.map(Arc::new);
                if let Ok(value) = &loaded {
                    *self.value() = Some(Arc::clone(value));
                }
                self.loading.store(false, Ordering::Release);
                self.changed.notify_waiters();
                return loaded;
            }
            self.changed.notified().await;
        }
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
