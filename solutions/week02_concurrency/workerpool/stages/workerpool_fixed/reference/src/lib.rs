//! A pool of threads that run jobs.
//!
//! [`Pool`] is what a program holds; the threads see only the `Queue`, which they share with it. Whoever
//! has the pool can end the threads, and no thread keeps the pool alive.

mod pool;
mod queue;
mod refused;

pub use pool::{Builder, Pool};
pub use refused::{Reason, Refused};
