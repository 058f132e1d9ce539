//! Who is still at work, and a wait until nobody is.
//!
//! The group takes its types from [`sync`] and from nowhere else. Here that is the standard library;
//! `tests/under_loom.rs` compiles the same file against the model checker's types.

#![forbid(unsafe_code)]

/// What the group may use.
pub mod sync {
    pub use std::sync::{Arc, Condvar, LockResult, Mutex, MutexGuard, PoisonError, atomic};
}

pub mod group;

pub use group::{Group, Member};
