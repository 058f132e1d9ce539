//! In a map. For tests, and for the smallest of installations.

use std::collections::HashMap;

use crate::{Exists, Store};

/// Keeps everything in memory.
#[derive(Debug, Default)]
pub struct Memory {
    values: HashMap<String, Vec<u8>>,
}

impl Store for Memory {
    fn get(&mut self, key: &str) -> Option<Vec<u8>> {
        self.values.get(key).cloned()
    }

    fn put(&mut self, key: &str, value: &[u8]) {
        self.values.insert(key.to_owned(), value.to_vec());
    }

    fn put_new(&mut self, key: &str, value: &[u8]) -> Result<(), Exists> {
        if self.values.contains_key(key) {
            return Err(Exists);
        }
        self.put(key, value);
        Ok(())
    }

    fn delete(&mut self, key: &str) -> bool {
        self.values.remove(key).is_some()
    }

    fn list(&mut self, prefix: &str) -> Vec<String> {
        let keys = self.values.keys().filter(|key| key.starts_with(prefix));
        let mut keys: Vec<String> = keys.cloned().collect();
        keys.sort_by(|a, b| b.cmp(a));
        keys
    }

    fn tidy(&mut self) {
        self.values.shrink_to_fit();
    }
}
