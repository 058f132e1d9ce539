//! One state of the routes. It may have a million entries, so it is not cloned.

use std::collections::BTreeMap;

/// A backend for each host.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// The larger, the newer.
    pub version: u64,
    /// Backends by host.
    pub backends: BTreeMap<String, String>,
}

impl Table {
    /// A table of these hosts and backends.
    #[must_use]
    pub fn new(version: u64, backends: &[(&str, &str)]) -> Self {
        let owned = backends
            .iter()
            .map(|(host, backend)| ((*host).to_owned(), (*backend).to_owned()));
        Self {
            version,
            backends: owned.collect(),
        }
    }
}
