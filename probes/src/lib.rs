//! Instruments that exercises measure with: allocations, speed, threads, file descriptors, live objects,
//! tasks, the interleavings of a model, futures that are dropped, and the figures a check judges.
//!
//! The crate measures only what it is asked to, and has no dependencies unless an exercise turns on a
//! feature: `loom` for [`model`], `tokio` for [`tasks`]. It never decides a verdict: it reports figures,
//! and the engine compares them with the budgets of `exercise.toml`.

pub mod alloc;
pub mod cancel;
pub mod fds;
pub mod figures;
pub mod live;
#[cfg(feature = "loom")]
pub mod model;
mod patience;
pub mod profile;
pub mod speed;
#[cfg(feature = "tokio")]
pub mod tasks;
pub mod threads;
