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
pub struct Snapshot<T: Send + Sync + 'static> {
    tree: Option<Arc<T>>,
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
            tree: Some(Arc::clone(&current)),
        }
    }

    /// Makes `next` the current tree. Requests that have the one before go on with it.
    pub fn publish(&self, next: T) {
        let next = Arc::new(next);
        let before = {
            let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *current, next)
        };
        free_elsewhere(before);
    }
}

impl<T: Send + Sync + 'static> Deref for Snapshot<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.tree.as_ref().expect("taken by drop alone")
    }
}

impl<T: Send + Sync + 'static> Drop for Snapshot<T> {
    fn drop(&mut self) {
        self.tree.take().map(free_elsewhere);
    }
}

fn free_elsewhere<T: Send + Sync + 'static>(tree: Arc<T>) {
    if let Some(tree) = Arc::into_inner(tree) {
        std::thread::spawn(move || drop(tree));
    }
}
