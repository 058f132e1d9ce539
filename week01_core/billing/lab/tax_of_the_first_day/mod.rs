//! A mutant: an account keeps the tax rate of the day on which it was opened.

mod invoice;
#[path = "../original/plan.rs"]
mod plan;
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
