//! Loaded once, for tasks.

use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::error::LoadError;

/// A value that is loaded when it is first needed.
#[derive(Debug)]
pub struct Once<T> {
    /// Empty, or a success: what can't be in here can't stick.
    value: OnceCell<Arc<T>>,
}

impl<T> Once<T> {
    /// Not loaded yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            value: OnceCell::new(),
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
        // One load at a time. If it fails, or if its caller is dropped, the next in the row has its turn.
        self.value
            .get_or_try_init(|| async { load().await.map(Arc::new) })
            .await
            .cloned()
    }
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self::new()
    }
}
