//! Loyalty points, kept as what has happened.

mod account;
mod record;

pub use account::{Account, Refusal, Rules, SCHEMA, Snapshot, Unreadable};
pub use record::Record;
