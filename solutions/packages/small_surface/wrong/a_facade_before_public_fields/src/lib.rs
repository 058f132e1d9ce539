//! A rate limiter: each key may do so much, and no more.

mod bucket;
mod clock;
mod keys;
mod limiter;
mod rate;

pub use clock::{Clock, SystemClock};
pub use limiter::{Decision, Limiter};
pub use rate::Rate;
