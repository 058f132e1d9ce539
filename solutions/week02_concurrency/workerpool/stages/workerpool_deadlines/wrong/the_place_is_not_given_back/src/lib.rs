//! A pool of threads that run jobs.
//!
//! [`Pool`] is what a program holds; the threads see only the `Queue`, which they share with it. Whoever
//! has the pool can end the threads, and no thread keeps the pool alive.

mod clock;
mod panics;
mod pool;
mod queue;
mod refused;
mod stats;
mod task;
mod ticket;
mod token;

pub use clock::{Clock, SystemClock};
pub use pool::{Builder, Pool};
pub use refused::{Reason, Refused};
pub use stats::Stats;
pub use ticket::{JobError, Ticket};
pub use token::Token;
