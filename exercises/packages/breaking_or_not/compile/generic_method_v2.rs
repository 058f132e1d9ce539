//! A service of ours that picks its store at start-up, against what was merged: it does not build.

use breaking_or_not::generic_method::v2 as api;

use std::collections::HashMap;

struct InMemory(HashMap<String, u64>);

impl api::Store for InMemory {
    fn put(&mut self, name: &str, value: u64) {
        self.0.insert(name.to_owned(), value);
    }
}

fn main() {
    let mut store: Box<dyn api::Store> = Box::new(InMemory(HashMap::new()));
    store.put("jobs", 1);
}
