//! A mutant: the second word about usage replaces the first.

#[path = "../original/invoice.rs"]
mod invoice;
#[path = "../original/plan.rs"]
mod plan;
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
