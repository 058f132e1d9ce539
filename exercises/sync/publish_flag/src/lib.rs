//! Rate limits that are loaded once and read by every thread.
//!
//! The limits take their atomics from [`sync`] and from nowhere else. Here that is the standard
//! library; `tests/under_loom.rs` compiles the same file against the model checker's types.

/// What the limits may use.
pub mod sync {
    pub use std::sync::atomic;
}

pub mod limits;

pub use limits::{Limits, Published};
