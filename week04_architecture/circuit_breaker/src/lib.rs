//! A circuit breaker: stops calling a dependency that fails, and finds out when it works again.

mod breaker;
mod builder;
mod clock;

pub use breaker::{Breaker, Permit, Refused, State};
pub use builder::Builder;
pub use clock::{Clock, SystemClock};
