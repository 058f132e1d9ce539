//! A laboratory for races: the same concert is sold wrong, then right in three ways, and every claim about it is
//! checked in all orders that two threads can have.
//!
//! What threads share comes from [`sync`] and from nowhere else. Here that is the standard library; the tests take the
//! same files in with other types in its place. `models.rs` is a file for the tests alone, and no module of this.

/// What the files of this crate may share between threads.
pub mod sync {
    pub use std::sync::{Condvar, LockResult, Mutex, MutexGuard, PoisonError, atomic};

    /// A lock, under the name by which a model calls it.
    #[must_use]
    pub fn lock_named<T>(_name: &str, value: T) -> Mutex<T> {
        Mutex::new(value)
    }
}

pub mod counts;
pub mod hall;
pub mod locked;
pub mod packed;
pub mod schedules;
pub mod shares;

pub use counts::Counts;
