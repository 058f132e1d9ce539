//! A rate limiter: each key may do so much, and no more.
//!
//! What stands in the list below is the crate. Everything else may change with any release.

// Says when an item is called `pub` and nobody outside can reach it, so that `pub` keeps meaning "promised".
#![warn(unreachable_pub)]

mod bucket;
mod clock;
mod keys;
mod limiter;
mod rate;

// Name by name: with `*`, whatever somebody adds to a module is published by that.
pub use clock::{Clock, SystemClock};
pub use limiter::{Decision, Limiter};
pub use rate::Rate;
