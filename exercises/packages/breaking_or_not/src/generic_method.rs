//! `Store` can put many counters at once.

/// Published.
pub mod v1 {
    /// Where counters are kept. Services bring their own.
    pub trait Store {
        /// Sets one counter.
        fn put(&mut self, name: &str, value: u64);
    }
}

/// Merged.
pub mod v2 {
    /// Where counters are kept. Services bring their own.
    pub trait Store {
        /// Sets one counter.
        fn put(&mut self, name: &str, value: u64);

        /// Sets several counters.
        fn put_all<'c>(&mut self, counters: impl IntoIterator<Item = (&'c str, u64)>) {
            for (name, value) in counters {
                self.put(name, value);
            }
        }
    }
}
