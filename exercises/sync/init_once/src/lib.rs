//! A value that is loaded when it is first needed: for threads in [`blocking`], for tasks in [`tasks`].
//!
//! What threads share comes from [`sync`] and from nowhere else. Here that is the standard library;
//! `tests/under_loom.rs` compiles the same file against the model checker's types.

#![forbid(unsafe_code)]

/// What `blocking` may use.
pub mod sync {
    pub use std::sync::{Arc, Condvar, LockResult, Mutex, MutexGuard, PoisonError, atomic};
}

pub mod blocking;
pub mod error;
pub mod tasks;

pub use error::LoadError;
