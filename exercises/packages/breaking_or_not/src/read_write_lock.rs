//! `Slots` lets readers read side by side.

/// Published.
pub mod v1 {
    use std::collections::HashMap;
    use std::sync::{Mutex, PoisonError};

    /// Values by name, put by one part of a service and taken by another.
    #[derive(Debug)]
    pub struct Slots<T> {
        values: Mutex<HashMap<String, T>>,
    }

    impl<T> Slots<T> {
        /// No values.
        pub fn new() -> Self {
            Self {
                values: Mutex::new(HashMap::new()),
            }
        }

        /// Puts a value, and returns the one that was there.
        pub fn put(&self, name: &str, value: T) -> Option<T> {
            let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            values.insert(name.to_owned(), value)
        }

        /// Takes a value out.
        pub fn take(&self, name: &str) -> Option<T> {
            let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            values.remove(name)
        }

        /// Whether there is a value.
        pub fn has(&self, name: &str) -> bool {
            let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            values.contains_key(name)
        }
    }

    impl<T> Default for Slots<T> {
        fn default() -> Self {
            Self::new()
        }
    }
}

/// Merged.
pub mod v2 {
    use std::collections::HashMap;
    use std::sync::{PoisonError, RwLock};

    /// Values by name, put by one part of a service and taken by another.
    #[derive(Debug)]
    pub struct Slots<T> {
        values: RwLock<HashMap<String, T>>,
    }

    impl<T> Slots<T> {
        /// No values.
        pub fn new() -> Self {
            Self {
                values: RwLock::new(HashMap::new()),
            }
        }

        /// Puts a value, and returns the one that was there.
        pub fn put(&self, name: &str, value: T) -> Option<T> {
            let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
            values.insert(name.to_owned(), value)
        }

        /// Takes a value out.
        pub fn take(&self, name: &str) -> Option<T> {
            let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
            values.remove(name)
        }

        /// Whether there is a value.
        pub fn has(&self, name: &str) -> bool {
            let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
            values.contains_key(name)
        }
    }

    impl<T> Default for Slots<T> {
        fn default() -> Self {
            Self::new()
        }
    }
}
