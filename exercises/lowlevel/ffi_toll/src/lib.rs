//! Distances, by a library of C.

mod route;
pub mod sys;

pub use route::{BadPoint, distances, nearest};
