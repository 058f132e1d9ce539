//! A mutant: a new plan that nobody knows is the free one, without a word.

#[path = "../original/invoice.rs"]
mod invoice;
#[path = "../original/plan.rs"]
mod plan;
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
