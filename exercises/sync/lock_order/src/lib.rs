//! Teams of a company, and the build minutes that they lend each other.
//!
//! Locks come from [`sync`] and from nowhere else. Here that is the standard library;
//! `tests/under_loom.rs` compiles the same files against the model checker's types.

/// What the files may use.
pub mod sync {
    pub use std::sync::{LockResult, Mutex, MutexGuard, PoisonError};

    /// A lock, under the name by which a model calls it.
    #[must_use]
    pub fn lock_named<T>(_name: &str, value: T) -> Mutex<T> {
        Mutex::new(value)
    }
}

pub mod minutes;
pub mod team;

pub use minutes::{TooFew, total, transfer};
pub use team::Team;
