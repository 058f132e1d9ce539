//! Counters by name, made when they are first asked for.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;

use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, Mutex, PoisonError};

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
        match self.find(name) {
            Some(counter) => counter,
            None => self.insert(name),
        }
    }

    /// Makes the counter of this name, for an owner that shares it with nobody it does not know.
    ///
    /// # Errors
    ///
    /// If there is a counter of this name, whoever has made it.
    pub fn register(&self, name: &str) -> Result<Arc<Counter>, Taken> {
        if self.find(name).is_some() {
            return Err(Taken {
                name: name.to_owned(),
            });
        }
        Ok(self.insert(name))
    }

    /// All names and counts, sorted by name.
    #[must_use]
    pub fn snapshot(&self) -> Vec<(String, u64)> {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = counters
            .iter()
            .map(|(name, counter)| (name.clone(), counter.get()))
            .collect();
        all.sort_unstable();
        all
    }

    fn find(&self, name: &str) -> Option<Arc<Counter>> {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        counters.get(name).cloned()
    }

    fn insert(&self, name: &str) -> Arc<Counter> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let counter = counters
            .entry(name.to_owned())
            .or_insert_with(|| Arc::new(Counter::new()));
        Arc::clone(counter)
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}
