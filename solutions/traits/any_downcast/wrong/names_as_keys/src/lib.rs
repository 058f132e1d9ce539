//! Payments: what happens is published on a bus, and recorded in a ledger.

mod bus;
mod event;
mod ledger;

pub use bus::*;
pub use event::*;
pub use ledger::*;
