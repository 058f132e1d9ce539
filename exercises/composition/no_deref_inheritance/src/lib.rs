//! Which features are switched on.

mod audited;
mod flags;

pub use audited::AuditedFlags;
pub use flags::{Flags, parse};
