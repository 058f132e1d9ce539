//! Reminders for invoices that nobody has paid. Runs each night, on a folder with a ledger.

mod date;
mod ledger;
mod letter;
mod run;
pub mod suite;
mod tariff;
mod world;

pub use date::Date;
pub use run::{dun, run};
pub use world::{Disk, World};
