//! Alerts: rules over requests, such as `timing.total_us > 250000`.

mod request;
mod rule;

pub use request::*;
pub use rule::*;
