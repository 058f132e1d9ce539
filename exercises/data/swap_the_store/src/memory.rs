//! The catalogue in memory, as it has been used until now. It is right: the handlers' tests were written on it.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;

use crate::{Catalogue, Object, StoreError};

/// A catalogue that is gone with the process.
#[derive(Debug, Default)]
pub struct Memory {
    objects: BTreeMap<String, Object>,
}

impl Memory {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Catalogue for Memory {
    fn put(&mut self, key: &str, size: u64, owner: Option<&str>) -> Result<u32, StoreError> {
        let revision = self.objects.get(key).map_or(0, |object| object.revision) + 1;
        let object = Object {
            size,
            owner: owner.map(str::to_owned),
            revision,
        };
        self.objects.insert(key.to_owned(), object);
        Ok(revision)
    }

    fn replace(
        &mut self,
        key: &str,
        revision: u32,
        size: u64,
        owner: Option<&str>,
    ) -> Result<u32, StoreError> {
        match self.objects.get(key).map(|object| object.revision) {
            Some(now) if now == revision => self.put(key, size, owner),
            now => Err(StoreError::Conflict(now)),
        }
    }

    fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        Ok(self.objects.get(key).cloned())
    }

    fn remove(&mut self, key: &str) -> Result<bool, StoreError> {
        Ok(self.objects.remove(key).is_some())
    }

    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<(String, Object)>, StoreError> {
        let from = (Bound::Included(prefix), Bound::Unbounded);
        let objects = self.objects.range::<str, _>(from);
        Ok(objects
            .take_while(|(key, _)| key.starts_with(prefix))
            .take(limit)
            .map(|(key, object)| (key.clone(), object.clone()))
            .collect())
    }

    fn largest(&self) -> Result<Option<String>, StoreError> {
        let largest = self
            .objects
            .iter()
            .max_by_key(|(key, object)| (object.size, Reverse(*key)));
        Ok(largest.map(|(key, _)| key.clone()))
    }
}
