//! Copies in memory, for one process.

use std::collections::{BTreeMap, HashMap};
use std::future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::ports::{CacheStore, Lease, Looked, Pending};

/// Copies in memory, the last ones used. How old they may be is judged by who reads them; what is bounded here is
/// their number.
#[derive(Debug)]
pub struct MemoryCache {
    capacity: usize,
    places: Mutex<Places>,
}

#[derive(Debug, Default)]
struct Places {
    by_key: HashMap<String, (u64, Held)>,
    /// Keys by when they were used last.
    by_use: BTreeMap<u64, String>,
    /// Counts uses and leases.
    count: u64,
}

#[derive(Debug)]
enum Held {
    Lease(Lease),
    Copy(Vec<u8>),
}

impl MemoryCache {
    /// At most so many places, each for a copy or a lease.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            places: Mutex::default(),
        }
    }

    /// How many places are taken.
    pub fn places(&self) -> usize {
        self.lock().by_key.len()
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        // No code of ours panics under this lock.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn put(&mut self, key: &str, held: Held, capacity: usize) {
        self.count += 1;
        let used = self.count;
        if let Some((before, _)) = self.by_key.insert(key.to_owned(), (used, held)) {
            self.by_use.remove(&before);
        }
        self.by_use.insert(used, key.to_owned());
        while self.by_key.len() > capacity
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            self.by_key.remove(&oldest);
        }
    }

    fn take(&mut self, key: &str) -> Option<Held> {
        let (used, held) = self.by_key.remove(key)?;
        self.by_use.remove(&used);
        Some(held)
    }
}

impl CacheStore for MemoryCache {
    fn look<'a>(&'a self, key: &'a str) -> Pending<'a, Looked> {
        let mut places = self.lock();
        let looked = match places.take(key) {
            Some(Held::Copy(copy)) => {
                places.put(key, Held::Copy(copy.clone()), self.capacity);
                Looked::Copy(copy)
            }
            // A lease that is there belongs to a load that has failed, since in one process there is one load at a
            // time. Whoever looks now has it.
            Some(Held::Lease(_)) | None => {
                let lease = Lease(places.count);
                places.put(key, Held::Lease(lease), self.capacity);
                Looked::Vacant(lease)
            }
        };
        Box::pin(future::ready(Ok(looked)))
    }

    fn fill<'a>(
        &'a self,
        key: &'a str,
        lease: Lease,
        value: Vec<u8>,
        _keep: Duration,
    ) -> Pending<'a, ()> {
        let mut places = self.lock();
        let valid =
            matches!(places.by_key.get(key), Some((_, Held::Lease(held))) if *held == lease);
        if valid {
            places.put(key, Held::Copy(value), self.capacity);
        }
        Box::pin(future::ready(Ok(())))
    }

    fn remove<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        self.lock().take(key);
        Box::pin(future::ready(Ok(())))
    }
}
