//! Prepaid credits, counted by many threads at once.
//!
//! The counter takes its atomics from [`sync`] and from nowhere else. Here that is the standard
//! library; `tests/under_loom.rs` compiles the same file against the model checker's types.

/// What the counter may use.
pub mod sync {
    pub use std::sync::atomic;
}

pub mod credits;

pub use credits::Credits;
