//! Customers' names, loaded once each.

use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::Mutex;

/// Loads the name of a customer. It may take any time.
pub type Load = Box<dyn Fn(u64) -> Pin<Box<dyn Future<Output = String> + Send>> + Send + Sync>;

/// A cache of names, which any task may ask.
pub struct Names {
    /// Of tokio, so that it may be held over an `.await`.
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
        let mut known = self.known.lock().await;
        if let Some(name) = known.get(&id) {
            return Arc::clone(name);
        }
        let name: Arc<str> = (self.load)(id).await.into();
        known.insert(id, Arc::clone(&name));
        name
    }
}

// By hand, because a loader can't be shown.
impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}
