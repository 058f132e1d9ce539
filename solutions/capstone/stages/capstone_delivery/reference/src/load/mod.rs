//! A load test: calls that come when they come, what became of them, and whether that is worse than it was.
//!
//! Architecture invariant: nothing here knows the service, or how it is called; a [`Target`] does. So a test of a load test
//! needs no socket and no real second, and the service does not grow by what measures it.

mod gate;
mod histogram;
mod plan;
mod report;
mod run;

pub use gate::{Figure, Gate, Pair, Verdict};
pub use histogram::Histogram;
pub use plan::{Call, Due, Mix, Plan};
pub use report::{Figures, Report};
pub use run::{Outcome, Target, run};
