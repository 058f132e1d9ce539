//! One load for all who ask for the same thing at the same time.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::hash::Hash;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::Shared;

/// Loads that are under way, by key. It is no cache: when a load has ended, nothing is kept of it,
/// neither a value nor a failure.
pub struct Flights<K, V, E> {
    under_way: Mutex<HashMap<K, Flight<V, E>>>,
}

/// A load, and how many callers wait for it.
struct Flight<V, E> {
    load: Load<V, E>,
    callers: usize,
}

/// A future that all callers hold and each of them can drive. No task: it can't outlive its last owner.
type Load<V, E> = Shared<Pin<Box<dyn Future<Output = Result<V, Failure<E>>> + Send>>>;

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
    /// The load belongs to all who wait for it, whoever began it: it goes on as long as one of them is
    /// there, and is dropped with the last. A load may get other keys, but not its own, for which it
    /// would wait for ever.
    ///
    /// # Errors
    ///
    /// The failure of the load, the same for all who have waited for it.
    pub async fn get<L, F>(&self, key: K, load: L) -> Result<V, Failure<E>>
    where
        L: FnOnce() -> F + Send + 'static,
        F: Future<Output = Result<V, E>> + Send + 'static,
    {
        let seat = self.join(key, load);
        // A clone: the seat's own handle stays as it is, to compare with.
        seat.load.clone().await
    }

    fn join<L, F>(&self, key: K, load: L) -> Seat<'_, K, V, E>
    where
        L: FnOnce() -> F + Send + 'static,
        F: Future<Output = Result<V, E>> + Send + 'static,
    {
        let mut under_way = self.under_way();
        // A load that has ended may still be here, until the first of its callers leaves. It is not
        // joined.
        let known = under_way
            .get_mut(&key)
            .filter(|flight| flight.load.peek().is_none());
        let load = if let Some(flight) = known {
            flight.callers += 1;
            flight.load.clone()
        } else {
            let load = shared(load);
            let flight = Flight {
                load: load.clone(),
                callers: 1,
            };
            under_way.insert(key.clone(), flight);
            load
        };
        Seat {
            flights: self,
            key,
            load,
        }
    }
}

impl<K: Eq + Hash, V, E> Flights<K, V, E> {
    fn under_way(&self) -> MutexGuard<'_, HashMap<K, Flight<V, E>>> {
        // No code of ours panics under this lock.
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes one future of a load that many can wait for. A panic becomes a value: it has to reach
/// everybody, and not whoever happens to drive the load in that moment.
fn shared<V, E, L, F>(load: L) -> Load<V, E>
where
    V: Clone,
    E: Send + Sync + 'static,
    L: FnOnce() -> F + Send + 'static,
    F: Future<Output = Result<V, E>> + Send + 'static,
{
    // The load is dropped after a panic, and nobody sees the state that it was left in.
    AssertUnwindSafe(async move { load().await })
        .catch_unwind()
        .map(|ended| match ended {
            Ok(result) => result.map_err(|error| Failure::Load(Arc::new(error))),
            Err(_) => Err(Failure::Panicked),
        })
        .boxed()
        .shared()
}

/// A caller's place in a flight. Leaving is in `drop`, because a caller may go away at any time.
struct Seat<'a, K: Eq + Hash, V, E> {
    flights: &'a Flights<K, V, E>,
    key: K,
    load: Load<V, E>,
}

impl<K: Eq + Hash, V, E> Drop for Seat<'_, K, V, E> {
    fn drop(&mut self) {
        // The lock is gone before this seat's own handle of the load is, so no load is ever dropped
        // under it. That is somebody else's code, and leaves another flight if the load gets other
        // keys.
        let mut under_way = self.flights.under_way();
        // Under the same key there may be another flight by now, which is none of our business.
        if let Some(flight) = under_way.get_mut(&self.key)
            && flight.load.ptr_eq(&self.load)
        {
            flight.callers -= 1;
            if flight.callers == 0 || flight.load.peek().is_some() {
                under_way.remove(&self.key);
            }
        }
    }
}

impl<K: Eq + Hash, V, E> fmt::Debug for Flights<K, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flights")
            .field("under_way", &self.under_way().len())
            .finish()
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
