//! Where a batch job writes its lines.

mod report;
mod sink;
mod sinks;

pub use report::*;
pub use sink::*;
pub use sinks::*;
