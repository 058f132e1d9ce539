//! Rides that are handed to drivers.
//!
//! The handover takes its lock and its condition variables from [`sync`] and from nowhere else. Here that
//! is the standard library; `tests/under_loom.rs` compiles the same file against a model checker's types.

/// What the handover may use.
pub mod sync {
    pub use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
}

pub mod handover;

pub use handover::Handover;
