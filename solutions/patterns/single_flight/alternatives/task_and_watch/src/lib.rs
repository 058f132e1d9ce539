//! One load for all who ask for the same thing at the same time.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// Loads that are under way, by key. Each is a task that ends when nobody waits for it any more.
#[derive(Debug)]
pub struct Flights<K, V, E> {
    under_way: Arc<UnderWay<K, V, E>>,
}

type UnderWay<K, V, E> = Mutex<HashMap<K, Flight<V, E>>>;
/// The sending half: callers subscribe, and when the last of them has gone the task can tell.
type Flight<V, E> = Arc<watch::Sender<Option<Result<V, Failure<E>>>>>;

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
            under_way: Arc::default(),
        }
    }

    /// Loads the value for a key, or joins a load of it that is under way.
    ///
    /// # Errors
    ///
    /// The failure of the load, the same for all who have waited for it.
    pub async fn get<L, F>(&self, key: K, load: L) -> Result<V, Failure<E>>
    where
        L: FnOnce() -> F + Send + 'static,
        F: Future<Output = Result<V, E>> + Send + 'static,
    {
        let mut result = {
            let mut under_way = lock(&self.under_way);
            if let Some(flight) = under_way.get(&key) {
                flight.subscribe()
            } else {
                let (flight, result) = watch::channel(None);
                let flight = Arc::new(flight);
                under_way.insert(key.clone(), Arc::clone(&flight));
                let landing = Landing {
                    under_way: Arc::clone(&self.under_way),
                    key,
                    flight,
                };
                tokio::spawn(fly(landing, load));
                result
            }
        };
        match result.wait_for(Option::is_some).await {
            Ok(result) => result.clone().unwrap_or(Err(Failure::Panicked)),
            Err(_) => Err(Failure::Panicked),
        }
    }
}

async fn fly<K, V, E, L, F>(landing: Landing<K, V, E>, load: L)
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
    E: Send + Sync + 'static,
    L: FnOnce() -> F + Send + 'static,
    F: Future<Output = Result<V, E>> + Send + 'static,
{
    let flight = Arc::clone(&landing.flight);
    let mut loading = pin!(async { load().await });
    let result = loop {
        tokio::select! {
            result = &mut loading => break result.map_err(|error| Failure::Load(Arc::new(error))),
            () = flight.closed() => if landing.is_deserted() {
                return;
            }
        }
    };
    // First out of the map, then tell: who comes after the value has come begins anew.
    drop(landing);
    flight.send_replace(Some(result));
}

/// Takes the flight out of the map, however its task ends.
struct Landing<K: Eq + Hash, V, E> {
    under_way: Arc<UnderWay<K, V, E>>,
    key: K,
    flight: Flight<V, E>,
}

impl<K: Eq + Hash, V, E> Landing<K, V, E> {
    /// Takes the flight out of the map if nobody waits for it.
    fn is_deserted(&self) -> bool {
        let mut under_way = lock(&self.under_way);
        // Callers subscribe under this lock, so nobody can come in between.
        let deserted = self.flight.is_closed();
        if deserted {
            under_way.remove(&self.key);
        }
        deserted
    }
}

impl<K: Eq + Hash, V, E> Drop for Landing<K, V, E> {
    fn drop(&mut self) {
        let mut under_way = lock(&self.under_way);
        if under_way
            .get(&self.key)
            .is_some_and(|flight| Arc::ptr_eq(flight, &self.flight))
        {
            under_way.remove(&self.key);
        }
    }
}

fn lock<K, V, E>(under_way: &UnderWay<K, V, E>) -> MutexGuard<'_, HashMap<K, Flight<V, E>>> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
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
