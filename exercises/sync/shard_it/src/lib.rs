//! A map that many threads use at once.
//!
//! The map takes its locks from [`sync`] and from nowhere else. Here that is the standard library;
//! `tests/under_loom.rs` compiles the same file against the model checker's types.

#![forbid(unsafe_code)]

/// What the map may use.
pub mod sync {
    pub use std::sync::{LockResult, Mutex, MutexGuard, PoisonError, atomic};
}

pub mod map;

pub use map::Map;
