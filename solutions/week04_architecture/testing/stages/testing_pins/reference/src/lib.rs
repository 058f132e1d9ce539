//! Reminders for invoices that nobody has paid. Runs each night, on a folder with a ledger.

mod date;
mod run;
pub mod suite;
mod world;

pub use date::Date;
pub use run::{dun, run};
pub use world::{Disk, World};
