//! TODO: what this is for.
//!
//! `src/visits.rs` takes its atomics from [`sync`]. Here that is the standard library;
//! `tests/under_model.rs` compiles the same file against the model checker's.

/// What the learner's file may use.
pub mod sync {
    pub use std::sync::atomic;
}

pub mod visits;

pub use visits::Visits;
