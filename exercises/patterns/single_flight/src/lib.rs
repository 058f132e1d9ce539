//! One load for all who ask for the same thing at the same time.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

/// Loads that are under way, by key.
#[derive(Debug)]
pub struct Flights<K, V, E> {
    under_way: Mutex<HashMap<K, Arc<OnceCell<V>>>>,
    failure: PhantomData<fn() -> E>,
}

/// Why there is no value. Whoever has waited for the same load gets the same failure.
#[derive(Debug)]
pub enum Failure<E> {
    /// The load has returned this error.
    Load(Arc<E>),
    /// The load has panicked.
    Panicked,
}

impl<K, V, E> Flights<K, V, E>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    /// No load is under way.
    #[must_use]
    pub fn new() -> Self {
        Self {
            under_way: Mutex::default(),
            failure: PhantomData,
        }
    }

    /// Loads the value for a key, or joins a load of it that is under way.
    ///
    /// # Errors
    ///
    /// The failure of the load.
    pub async fn get<L, F>(&self, key: K, load: L) -> Result<V, Failure<E>>
    where
        L: FnOnce() -> F + Send + 'static,
        F: Future<Output = Result<V, E>> + Send + 'static,
    {
        let flight = Arc::clone(self.under_way().entry(key.clone()).or_default());
        let value = flight
            .get_or_try_init(load)
            .await
            .map_err(|error| Failure::Load(Arc::new(error)))?
            .clone();
        self.under_way().remove(&key);
        Ok(value)
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<K, Arc<OnceCell<V>>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V, E> Default for Flights<K, V, E>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

// By hand: a derive would ask for `E: Clone`.
impl<E> Clone for Failure<E> {
    fn clone(&self) -> Self {
        match self {
            Self::Load(error) => Self::Load(Arc::clone(error)),
            Self::Panicked => Self::Panicked,
        }
    }
}

impl<E: fmt::Display> fmt::Display for Failure<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load(error) => error.fmt(f),
            Self::Panicked => f.write_str("the load has panicked"),
        }
    }
}

impl<E: Error + 'static> Error for Failure<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Load(error) => error.source(),
            Self::Panicked => None,
        }
    }
}
