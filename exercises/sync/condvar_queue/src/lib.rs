//! A bounded queue between threads.
//!
//! The queue takes its lock and its bells from [`sync`] and from nowhere else. Here that is the standard
//! library; `tests/under_loom.rs` compiles the same file against the model checker's types.

/// What the queue may use.
pub mod sync {
    pub use std::sync::{Condvar, LockResult, Mutex, MutexGuard, PoisonError};
}

pub mod queue;

pub use queue::{Closed, Queue};
