//! A rate limiter: each key may do so much, and no more.

pub mod bucket;
pub mod clock;
pub mod keys;
pub mod limiter;
pub mod rate;

pub use bucket::*;
pub use clock::*;
pub use keys::*;
pub use limiter::*;
pub use rate::*;
