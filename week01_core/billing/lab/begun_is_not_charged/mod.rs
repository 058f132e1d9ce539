//! A mutant: only whole thousands of further requests are charged.

mod invoice;
#[path = "../original/plan.rs"]
mod plan;
#[path = "../original/script.rs"]
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
