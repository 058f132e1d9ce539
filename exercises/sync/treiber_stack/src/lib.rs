//! A stack without locks.
//!
//! The stack takes its types from [`sync`] and from nowhere else. Here those are the standard library's and a thin
//! layer over the allocator; `tests/under_loom.rs` compiles the same file against the model checker's types and a heap
//! that notices what is used after it was freed.

/// What the stack may use.
pub mod sync {
    pub use crate::heap::{Heap, NONE};
    pub use std::sync::atomic;
}

pub mod heap;
pub mod stack;

pub use heap::Heap;
pub use stack::Stack;
