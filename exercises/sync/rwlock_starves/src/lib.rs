//! Where a gateway sends its requests.
//!
//! The routes take their lock from [`sync`] and from nowhere else. Here that is the standard library;
//! `tests/under_loom.rs` compiles the same files against the model checker's types.

#![forbid(unsafe_code)]

/// What the routes may use.
pub mod sync {
    pub use std::sync::{
        Arc, LockResult, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic,
    };
}

pub mod routes;
pub mod table;

pub use routes::Routes;
pub use table::Table;
