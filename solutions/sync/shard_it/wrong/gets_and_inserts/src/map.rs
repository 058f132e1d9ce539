//! Values by number, for many threads.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroUsize;

use crate::sync::{Mutex, MutexGuard, PoisonError};

/// A map that many threads use at once.
#[derive(Debug)]
pub struct Map<V> {
    shards: Box<[Mutex<HashMap<u64, V>>]>,
}

impl<V: Clone> Map<V> {
    /// An empty map in so many shards. Each has a lock of its own.
    #[must_use]
    pub fn new(shards: NonZeroUsize) -> Self {
        let shards = (0..shards.get()).map(|_| Mutex::new(HashMap::new()));
        Self {
            shards: shards.collect(),
        }
    }

    /// The number of the shard that a key is in, from 0. Keys of different shards do not wait for each other.
    #[must_use]
    pub fn shard_of(&self, key: u64) -> usize {
        // std's hasher without its random keys: the same shard for a key in every run.
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let shards = u64::try_from(self.shards.len()).expect("shards fit into memory");
        usize::try_from(hasher.finish() % shards).expect("less than the number of shards")
    }

    /// The value of this key.
    #[must_use]
    pub fn get(&self, key: u64) -> Option<V> {
        self.shard(key).get(&key).cloned()
    }

    /// Puts a value, and returns the one that was there.
    pub fn insert(&self, key: u64, value: V) -> Option<V> {
        self.shard(key).insert(key, value)
    }

    /// Takes a value out.
    pub fn remove(&self, key: u64) -> Option<V> {
        self.shard(key).remove(&key)
    }

    /// Changes the value of a key, or its absence, in one step: nobody sees or changes the key meanwhile.
    ///
    /// `change` must not use this map: the key may be in a shard that it holds up.
    pub fn update<R>(&self, key: u64, change: impl FnOnce(&mut Option<V>) -> R) -> R {
        // Without the lock, so that nobody waits for the change.
        let mut value = self.get(key);
        let result = change(&mut value);
        match value {
            Some(value) => self.insert(key, value),
            None => self.remove(key),
        };
        result
    }

    /// How many values there were at one moment.
    #[must_use]
    pub fn len(&self) -> usize {
        // With all locks in hand: one shard after the other would add up different moments.
        self.all().iter().map(|shard| shard.len()).sum()
    }

    /// Whether there was no value at one moment.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All keys and values of one moment, in the order of the keys.
    #[must_use]
    pub fn snapshot(&self) -> Vec<(u64, V)> {
        let shards = self.all();
        let mut all: Vec<_> = shards
            .iter()
            .flat_map(|shard| shard.iter())
            .map(|(key, value)| (*key, value.clone()))
            .collect();
        // The copy is made. To sort it, nobody has to wait.
        drop(shards);
        all.sort_unstable_by_key(|(key, _)| *key);
        all
    }

    fn shard(&self, key: u64) -> MutexGuard<'_, HashMap<u64, V>> {
        Self::lock(&self.shards[self.shard_of(key)])
    }

    /// All locks, in the order of the shards. It is the only place that holds more than one, so there is one
    /// order and no circle.
    fn all(&self) -> Vec<MutexGuard<'_, HashMap<u64, V>>> {
        self.shards.iter().map(Self::lock).collect()
    }

    fn lock(shard: &Mutex<HashMap<u64, V>>) -> MutexGuard<'_, HashMap<u64, V>> {
        // One change at a time, whole before anybody else's code runs.
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
