//! The index of what is stored, and the room that is left.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::backend::{Backend, PutError};

/// Attachments by content: the same content is kept once.
#[derive(Debug)]
pub struct Store<B> {
    backend: B,
    capacity: usize,
    index: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    /// Sizes by key.
    sizes: HashMap<u64, usize>,
    /// Their sum, and what is being written.
    used: usize,
}

impl<B: Backend> Store<B> {
    /// An empty store for so many bytes.
    #[must_use]
    pub fn new(backend: B, capacity: usize) -> Self {
        Self {
            backend,
            capacity,
            index: Mutex::default(),
        }
    }

    /// Stores content, and returns its key. Content that is stored already is not written again.
    ///
    /// Nobody waits for it meanwhile. Its room is taken before it is written, and it is found after that. Two
    /// calls with the same content may both write it, and it counts once.
    ///
    /// # Errors
    ///
    /// If there is no room for it, or if the disk does not take it. Then nothing is stored.
    pub fn put(&self, bytes: &[u8]) -> Result<u64, PutError> {
        // Needs nothing but the bytes, so it needs no lock.
        let key = self.backend.digest(bytes);
        let Some(room) = self.take_room(key, bytes.len())? else {
            return Ok(key);
        };
        // The lock is free: what it must keep others from is taking the same room, and that is done.
        self.backend.write(key, bytes).map_err(PutError::Disk)?;
        room.list(key);
        Ok(key)
    }

    /// Whether this content is stored: written, and there to be read.
    #[must_use]
    pub fn contains(&self, key: u64) -> bool {
        self.index().sizes.contains_key(&key)
    }

    /// How many bytes are taken: by what is stored, and by what is being written.
    #[must_use]
    pub fn used(&self) -> usize {
        self.index().used
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        // Each change of the index is made of assignments that do not panic.
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes room for new content. `None` says that it is stored already.
    fn take_room(&self, key: u64, bytes: usize) -> Result<Option<Room<'_, B>>, PutError> {
        let mut index = self.index();
        if index.sizes.contains_key(&key) {
            return Ok(None);
        }
        let left = self.capacity - index.used;
        if bytes > left {
            return Err(PutError::Full { left });
        }
        index.used += bytes;
        Ok(Some(Room { store: self, bytes }))
    }
}

/// Room that is taken and not yet used. Dropping it gives it back: on `?`, on a return, on a panic.
struct Room<'s, B: Backend> {
    store: &'s Store<B>,
    bytes: usize,
}

impl<B: Backend> Room<'_, B> {
    /// The content is written: lists it in this room.
    fn list(mut self, key: u64) {
        let mut index = self.store.index();
        // Two may have written the same content at once. The first to be here has listed it, and the room of
        // the second one is given back below.
        if let Entry::Vacant(free) = index.sizes.entry(key) {
            free.insert(self.bytes);
            self.bytes = 0;
        }
        drop(index); // before `self`, whose drop takes the lock
    }
}

impl<B: Backend> Drop for Room<'_, B> {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.store.index().used -= self.bytes;
        }
    }
}
