//! A small cache in front of another store. Writes stay in it until they have to make room.

use std::collections::VecDeque;

use crate::{Exists, Store};

/// So many keys are kept in the cache.
const ROOM: usize = 4;

/// Keeps what was used last in memory, and the rest in a store below.
#[derive(Debug, Default)]
pub struct Cached<S> {
    below: S,
    /// The last used first.
    entries: VecDeque<Entry>,
}

#[derive(Debug)]
struct Entry {
    key: String,
    /// `None` where it is known that there is none.
    value: Option<Vec<u8>>,
    /// Whether the store below does not know it yet.
    dirty: bool,
}

impl<S: Store> Cached<S> {
    /// Puts an entry into the cache, in place of what the cache had of that key.
    fn keep(&mut self, entry: Entry) {
        self.entries.retain(|known| known.key != entry.key);
        self.entries.push_front(entry);
        if self.entries.len() > ROOM
            && let Some(last) = self.entries.pop_back()
        {
            self.write_back(&last);
        }
    }

    fn write_back(&mut self, entry: &Entry) {
        if !entry.dirty {
            return;
        }
        match &entry.value {
            Some(value) => self.below.put(&entry.key, value),
            None => {
                self.below.delete(&entry.key);
            }
        }
    }

    fn write_all_back(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        for entry in &mut entries {
            self.write_back(entry);
            entry.dirty = false;
        }
        self.entries = entries;
    }

    fn write(&mut self, key: &str, value: Option<&[u8]>) {
        self.keep(Entry {
            key: key.to_owned(),
            value: value.map(<[u8]>::to_vec),
            dirty: true,
        });
    }
}

impl<S: Store> Store for Cached<S> {
    fn get(&mut self, key: &str) -> Option<Vec<u8>> {
        let at = self.entries.iter().position(|entry| entry.key == key);
        let entry = match at.and_then(|at| self.entries.remove(at)) {
            Some(entry) => entry,
            None => Entry {
                key: key.to_owned(),
                value: self.below.get(key),
                dirty: false,
            },
        };
        let value = entry.value.clone();
        self.keep(entry);
        value
    }

    fn put(&mut self, key: &str, value: &[u8]) {
        self.write(key, Some(value));
    }

    fn put_new(&mut self, key: &str, value: &[u8]) -> Result<(), Exists> {
        if self.get(key).is_some() {
            return Err(Exists);
        }
        self.write(key, Some(value));
        Ok(())
    }

    fn delete(&mut self, key: &str) -> bool {
        let existed = self.get(key).is_some();
        self.write(key, None);
        existed
    }

    fn list(&mut self, prefix: &str) -> Vec<String> {
        self.write_all_back();
        self.below.list(prefix)
    }

    fn tidy(&mut self) {
        self.write_all_back();
        self.below.tidy();
    }
}
