//! A circuit breaker: stops calling a dependency that fails, and finds out when it works again.

mod breaker;
mod builder;
mod circuit;
mod clock;
mod events;
mod guard;
mod layer;
mod metrics;
mod trip;
mod window;

pub use breaker::{Breaker, Permit};
pub use builder::Builder;
pub use circuit::{Refused, State};
pub use clock::{Clock, SystemClock, TokioClock};
pub use events::{Event, Totals};
pub use guard::{CallError, Guard, Verdict};
pub use layer::{CircuitLayer, CircuitService};
pub use metrics::Metrics;
pub use trip::Trip;
