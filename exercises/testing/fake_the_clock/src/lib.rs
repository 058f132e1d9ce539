//! Sudo mode for an admin console: who has confirmed the password may do dangerous things, for a while.

mod clock;
mod elevations;

pub use clock::{Clock, HandClock, SystemClock};
pub use elevations::{Elevations, Limits};
