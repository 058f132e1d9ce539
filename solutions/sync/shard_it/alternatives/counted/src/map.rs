//! Values by number, for many threads.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard, PoisonError};

/// A map that many threads use at once.
#[derive(Debug)]
pub struct Map<V> {
    shards: Box<[Mutex<HashMap<u64, V>>]>,
    /// Changed with the shard's lock in hand, so it changes when the map does.
    count: AtomicUsize,
}

impl<V: Clone> Map<V> {
    /// An empty map in so many shards. Each has a lock of its own.
    #[must_use]
    pub fn new(shards: NonZeroUsize) -> Self {
        let shards = (0..shards.get()).map(|_| Mutex::new(HashMap::new()));
        Self {
            shards: shards.collect(),
            count: AtomicUsize::new(0),
        }
    }

    /// The number of the shard that a key is in, from 0. Keys of different shards do not wait for each other.
    #[must_use]
    pub fn shard_of(&self, key: u64) -> usize {
        // Hashed, because keys have patterns: numbers that end in the same bits would share a shard. The top
        // bits of the product, scaled to the number of shards, depend on all bits of the key.
        let mixed = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let scaled = (u128::from(mixed) * self.shards.len() as u128) >> 64;
        usize::try_from(scaled).expect("less than the number of shards")
    }

    /// The value of this key.
    #[must_use]
    pub fn get(&self, key: u64) -> Option<V> {
        self.shard(key).get(&key).cloned()
    }

    /// Puts a value, and returns the one that was there.
    pub fn insert(&self, key: u64, value: V) -> Option<V> {
        let mut shard = self.shard(key);
        let before = shard.insert(key, value);
        if before.is_none() {
            self.count.fetch_add(1, Ordering::AcqRel);
        }
        before
    }

    /// Takes a value out.
    pub fn remove(&self, key: u64) -> Option<V> {
        let mut shard = self.shard(key);
        let before = shard.remove(&key);
        if before.is_some() {
            self.count.fetch_sub(1, Ordering::AcqRel);
        }
        before
    }

    /// Changes the value of a key, or its absence, in one step: nobody sees or changes the key meanwhile.
    ///
    /// `change` must not use this map: the key may be in a shard that it holds up.
    pub fn update<R>(&self, key: u64, change: impl FnOnce(&mut Option<V>) -> R) -> R {
        let mut shard = self.shard(key);
        let mut value = shard.get(&key).cloned();
        let there = value.is_some();
        let result = change(&mut value);
        match (there, value.is_some()) {
            (false, true) => self.count.fetch_add(1, Ordering::AcqRel),
            (true, false) => self.count.fetch_sub(1, Ordering::AcqRel),
            _ => 0,
        };
        match value {
            Some(value) => shard.insert(key, value),
            None => shard.remove(&key),
        };
        result
    }

    /// How many values there were at one moment.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count.load(Ordering::Acquire)
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
