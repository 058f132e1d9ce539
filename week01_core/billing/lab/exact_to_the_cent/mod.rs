//! Right: taxes without the errors of binary fractions, and a report that adds up what is on invoices.

mod invoice;
#[path = "../original/plan.rs"]
mod plan;
#[path = "../original/script.rs"]
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
