//! Three parts of a web shop's service that several tasks share.

pub mod hits;
pub mod names;
pub mod outbox;

pub use hits::Hits;
pub use names::{Load, Names};
pub use outbox::{Deliveries, Mail, Outbox, outbox};
