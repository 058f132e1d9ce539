//! As a log: what is written is appended, and the last record of a key counts.

use std::collections::HashMap;

use crate::{Exists, Store};

/// Appends, and tidies up when it is told to.
#[derive(Debug, Default)]
pub struct Log {
    records: Vec<Record>,
    /// Where the last record of each key with a value is.
    index: HashMap<String, usize>,
}

#[derive(Debug)]
struct Record {
    key: String,
    /// `None` where the key was deleted.
    value: Option<Vec<u8>>,
}

impl Log {
    fn append(&mut self, key: &str, value: Option<&[u8]>) {
        if value.is_some() {
            self.index.insert(key.to_owned(), self.records.len());
        } else {
            self.index.remove(key);
        }
        self.records.push(Record {
            key: key.to_owned(),
            value: value.map(<[u8]>::to_vec),
        });
    }
}

impl Store for Log {
    fn get(&mut self, key: &str) -> Option<Vec<u8>> {
        let at = self.index.get(key)?;
        self.records[*at].value.clone()
    }

    fn put(&mut self, key: &str, value: &[u8]) {
        self.append(key, Some(value));
    }

    fn put_new(&mut self, key: &str, value: &[u8]) -> Result<(), Exists> {
        if self.index.contains_key(key) {
            return Err(Exists);
        }
        self.append(key, Some(value));
        Ok(())
    }

    fn delete(&mut self, key: &str) -> bool {
        let existed = self.index.contains_key(key);
        if existed {
            self.append(key, None);
        }
        existed
    }

    fn list(&mut self, prefix: &str) -> Vec<String> {
        let keys = self.records.iter().map(|record| &record.key);
        let keys = keys.filter(|key| key.starts_with(prefix) && self.index.contains_key(*key));
        keys.cloned().collect()
    }

    fn tidy(&mut self) {
        let records = std::mem::take(&mut self.records);
        let index = std::mem::take(&mut self.index);
        for (at, record) in records.into_iter().enumerate() {
            if index.get(&record.key) == Some(&at) {
                self.append(&record.key, record.value.as_deref());
            }
        }
    }
}
