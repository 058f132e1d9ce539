//! The counters of a service, by name.
//!
//! The registry takes its locks and atomics from [`sync`] and from nowhere else. Here that is the standard
//! library; `tests/under_loom.rs` compiles the same file against the model checker's types.

/// What the registry may use.
pub mod sync {
    pub use std::sync::{Arc, LockResult, Mutex, MutexGuard, PoisonError, atomic};
}

pub mod registry;

pub use registry::{Counter, Registry, Taken};
