//! The index of what is stored, and the room that is left.

use std::collections::{HashMap, HashSet};
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
    /// What is being written, so that nobody writes it a second time.
    writing: HashSet<u64>,
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
    /// # Errors
    ///
    /// If there is no room for it, or if the disk does not take it. Then nothing is stored.
    pub fn put(&self, bytes: &[u8]) -> Result<u64, PutError> {
        let key = self.backend.digest(bytes);
        {
            let mut index = self.index();
            if index.sizes.contains_key(&key) || index.writing.contains(&key) {
                return Ok(key);
            }
            let left = self.capacity - index.used;
            if bytes.len() > left {
                return Err(PutError::Full { left });
            }
            index.used += bytes.len();
            index.writing.insert(key);
        }
        let mut turn = Turn {
            store: self,
            key,
            bytes: bytes.len(),
            written: false,
        };
        self.backend.write(key, bytes).map_err(PutError::Disk)?;
        turn.written = true;
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
}

/// A write that has begun. However it ends, the drop says so.
struct Turn<'s, B: Backend> {
    store: &'s Store<B>,
    key: u64,
    bytes: usize,
    written: bool,
}

impl<B: Backend> Drop for Turn<'_, B> {
    fn drop(&mut self) {
        let mut index = self.store.index();
        index.writing.remove(&self.key);
        if self.written {
            index.sizes.insert(self.key, self.bytes);
        } else {
            index.used -= self.bytes;
        }
    }
}
