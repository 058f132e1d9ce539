//! A rate limiter: each key may do so much, and no more.

#[doc(hidden)]
pub mod bucket;
#[doc(hidden)]
pub mod clock;
#[doc(hidden)]
pub mod keys;
#[doc(hidden)]
pub mod limiter;
#[doc(hidden)]
pub mod rate;

pub use clock::{Clock, SystemClock};
pub use limiter::{Decision, Limiter};
pub use rate::Rate;
