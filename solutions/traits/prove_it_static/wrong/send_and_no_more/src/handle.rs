//! The handle that services count with.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

thread_local! {
    /// The names of the scopes that are open on this thread.
    static OPEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Counts. Clones count together.
#[derive(Debug, Clone, Default)]
pub struct Handle {
    totals: Arc<Mutex<BTreeMap<String, u64>>>,
}

/// A name that is empty or has a dot in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadName {
    name: Box<str>,
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no name for a counter", self.name)
    }
}

impl Error for BadName {}

impl Handle {
    /// Adds to the counter of this name, inside the scopes that are open on this thread.
    ///
    /// # Errors
    ///
    /// [`BadName`] if the name is empty or has a dot in it.
    pub fn add(&self, name: &str, count: u64) -> Result<(), BadName> {
        if name.is_empty() || name.contains('.') {
            return Err(BadName { name: name.into() });
        }
        let path = OPEN.with_borrow(|open| {
            let mut path = open.join(".");
            if !path.is_empty() {
                path.push('.');
            }
            path + name
        });
        self.add_to(path, count);
        Ok(())
    }

    /// The total of a counter, by its whole path, such as `db.rows`.
    pub fn total(&self, path: &str) -> u64 {
        self.totals().get(path).copied().unwrap_or(0)
    }

    /// Opens a scope on this thread. It is left when the answer is dropped, and counted then, by its path.
    pub fn enter(&self, name: &str) -> Scope<'_> {
        OPEN.with_borrow_mut(|open| open.push(name.to_owned()));
        Scope {
            handle: self,
            _stays: PhantomData,
        }
    }

    fn totals(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add_to(&self, path: String, count: u64) {
        *self.totals().entry(path).or_default() += count;
    }
}

/// An open scope. Must be dropped on the thread that opened it, since each thread has its own list of scopes.
#[derive(Debug)]
pub struct Scope<'h> {
    handle: &'h Handle,
    _stays: PhantomData<*const ()>,
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        let path = OPEN.with_borrow_mut(|open| {
            let path = open.join(".");
            open.pop();
            path
        });
        self.handle.add_to(path, 1);
    }
}
