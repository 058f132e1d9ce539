//! A mutant: whoever changes the plan loses the requests counted so far.

#[path = "../original/invoice.rs"]
mod invoice;
#[path = "../original/plan.rs"]
mod plan;
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
