//! One load for all who ask for the same thing at the same time.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Loads that are under way, by key.
#[derive(Debug)]
pub struct Flights<K, V, E> {
    under_way: Mutex<HashMap<K, Flight<V, E>>>,
}

type Flight<V, E> = watch::Receiver<Option<Result<V, Failure<E>>>>;

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
        let mut joined = {
            let mut under_way = self.under_way();
            match under_way.get(&key) {
                Some(flight) => Ok(flight.clone()),
                None => {
                    let (done, flight) = watch::channel(None);
                    under_way.insert(key.clone(), flight);
                    Err(done)
                }
            }
        };
        match &mut joined {
            Ok(flight) => match flight.wait_for(Option::is_some).await {
                Ok(result) => result.clone().unwrap_or(Err(Failure::Panicked)),
                Err(_) => Err(Failure::Panicked),
            },
            Err(done) => {
                let _leave = Leave {
                    flights: self,
                    key: &key,
                };
                let result = load().await.map_err(|error| Failure::Load(Arc::new(error)));
                done.send_replace(Some(result.clone()));
                result
            }
        }
    }
}

impl<K: Eq + Hash, V, E> Flights<K, V, E> {
    fn under_way(&self) -> MutexGuard<'_, HashMap<K, Flight<V, E>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

struct Leave<'a, K: Eq + Hash, V, E> {
    flights: &'a Flights<K, V, E>,
    key: &'a K,
}

impl<K: Eq + Hash, V, E> Drop for Leave<'_, K, V, E> {
    fn drop(&mut self) {
        self.flights.under_way().remove(self.key);
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
