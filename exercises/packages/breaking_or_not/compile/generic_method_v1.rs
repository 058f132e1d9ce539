//! A service of ours that picks its store at start-up, against what is published: it builds.

use breaking_or_not::generic_method::v1 as api;

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
