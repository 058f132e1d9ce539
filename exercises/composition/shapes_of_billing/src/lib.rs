//! What customers pay each month.

mod invoice;
mod plan;
mod report;

pub use invoice::{Invoice, Subscription, invoice};
pub use report::{counts, is_suspended, recurring};
