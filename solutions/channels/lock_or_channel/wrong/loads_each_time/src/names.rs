//! Customers' names, loaded once each.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Loads the name of a customer. It may take any time.
pub type Load = Box<dyn Fn(u64) -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;

/// A cache of names, which any task may ask.
pub struct Names {
    /// Of std, although tasks use it: it is held for a look or an insert and never over an `.await`.
    known: Mutex<HashMap<u64, Arc<str>>>,
    load: Load,
}

impl Names {
    /// An empty cache.
    #[must_use]
    pub fn new(load: Load) -> Self {
        Self {
            known: Mutex::default(),
            load,
        }
    }

    /// The name of a customer: the one that is known, or else a load. All who ask get the same one, which is
    /// that of the first load to end.
    pub async fn get(&self, id: u64) -> Arc<str> {
        // Nobody waits for this but who asked for it. Two may load the same name; that is work done twice
        // and no wrong answer, because the second one to come finds a name there and takes it.
        let name = (self.load)(id).await;
        Arc::clone(self.known().entry(id).or_insert_with(|| name.into()))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<u64, Arc<str>>> {
        // One insert at a time: a panic between two of them leaves the map whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// By hand, because a loader can't be shown.
impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}
