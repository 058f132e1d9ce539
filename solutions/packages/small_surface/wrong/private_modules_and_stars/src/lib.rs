//! A rate limiter: each key may do so much, and no more.

mod bucket;
mod clock;
mod keys;
mod limiter;
mod rate;

pub use bucket::*;
pub use clock::*;
pub use keys::*;
pub use limiter::*;
pub use rate::*;
