//! Counters by name, made when they are first asked for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::error::Error;
use std::fmt;

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts something. Whoever has it may count, from any thread.
#[derive(Debug)]
pub struct Counter {
    count: AtomicU64,
}

impl Counter {
    fn new() -> Self {
        Self {
            count: AtomicU64::new(0),
        }
    }

    /// Counts `n` more.
    pub fn add(&self, n: u64) {
        self.count.fetch_add(n, Ordering::Relaxed);
    }

    /// How many so far.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

/// The name is in use already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The name.
    pub name: String,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "counter `{}` exists already", self.name)
    }
}

impl Error for Taken {}

/// All counters of a service.
#[derive(Debug)]
pub struct Registry {
    counters: Mutex<HashMap<String, Arc<Counter>>>,
}

impl Registry {
    /// No counters yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            counters: Mutex::new(HashMap::new()),
        }
    }

    /// The counter of this name. It is made if there is none.
    #[must_use]
    pub fn counter(&self, name: &str) -> Arc<Counter> {
        // Looking and making are one step, because the guard lives until the end. `entry` says so by
        // its type: whoever holds one holds the map, so the answer can't grow old. It costs a `String`
        // for each call; callers that count often keep the counter and not its name.
        Arc::clone(
            self.lock()
                .entry(name.to_owned())
                .or_insert_with(|| Arc::new(Counter::new())),
        )
    }

    /// Makes the counter of this name, for an owner that shares it with nobody it does not know.
    ///
    /// # Errors
    ///
    /// If there is a counter of this name, whoever has made it.
    pub fn register(&self, name: &str) -> Result<Arc<Counter>, Taken> {
        match self.lock().entry(name.to_owned()) {
            Entry::Vacant(free) => Ok(Arc::clone(free.insert(Arc::new(Counter::new())))),
            Entry::Occupied(taken) => Err(Taken {
                name: taken.key().clone(),
            }),
        }
    }

    /// All names and counts, sorted by name.
    #[must_use]
    pub fn snapshot(&self) -> Vec<(String, u64)> {
        let mut all: Vec<_> = self
            .lock()
            .iter()
            .map(|(name, counter)| (name.clone(), counter.get()))
            .collect();
        all.sort_unstable();
        all
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Counter>>> {
        // One insert at a time, and nothing of ours panics in between: the map is whole.
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}
