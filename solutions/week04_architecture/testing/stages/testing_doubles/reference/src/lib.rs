//! Reminders for invoices that nobody has paid. Runs each night, on a folder with a ledger.

pub mod contract;
mod date;
pub mod deliveries;
pub mod laws;
mod ledger;
mod letter;
pub mod post;
mod run;
pub mod suite;
mod tariff;
mod world;

pub use date::Date;
pub use run::{dun, run};
pub use world::{Disk, World};
