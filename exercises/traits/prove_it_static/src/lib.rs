//! Counters for services: what happened how often.

#![forbid(unsafe_code)]

mod handle;
mod proofs;

pub use handle::{BadName, Handle, Scope};
