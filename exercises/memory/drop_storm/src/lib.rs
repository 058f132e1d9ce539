//! The price tree that all requests read, and that is replaced as a whole every few minutes.

use std::io;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

/// Holds the tree that is current.
#[derive(Debug)]
pub struct Store<T: Send + Sync + 'static> {
    current: Mutex<Arc<T>>,
}

/// A tree that was current at some moment, for as long as a request needs it.
#[derive(Debug)]
pub struct Snapshot<T> {
    tree: Arc<T>,
}

impl<T: Send + Sync + 'static> Store<T> {
    /// A store with its first tree.
    ///
    /// # Errors
    ///
    /// Fails if the system has no resources for what the store needs.
    pub fn new(first: T) -> io::Result<Self> {
        Ok(Self {
            current: Mutex::new(Arc::new(first)),
        })
    }

    /// The tree that is current.
    pub fn current(&self) -> Snapshot<T> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Snapshot {
            tree: Arc::clone(&current),
        }
    }

    /// Makes `next` the current tree. Requests that have the one before go on with it.
    pub fn publish(&self, next: T) {
        let next = Arc::new(next);
        let before = {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, next)
        };
        // Not under the lock: it may be the last one, and then the tree is freed here.
        drop(before);
    }
}

impl<T> Deref for Snapshot<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.tree
    }
}
