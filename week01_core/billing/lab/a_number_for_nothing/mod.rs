//! A mutant: whoever owes nothing takes a number.

mod invoice;
#[path = "../original/plan.rs"]
mod plan;
#[path = "../original/script.rs"]
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
