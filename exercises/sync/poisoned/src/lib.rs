//! What a dispatcher knows about its jobs.

#![forbid(unsafe_code)]

pub mod jobs;

pub use jobs::{Job, Jobs};
