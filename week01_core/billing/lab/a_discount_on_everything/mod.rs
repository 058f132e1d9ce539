//! A mutant: the discount is taken of what is used, too.

mod invoice;
#[path = "../original/plan.rs"]
mod plan;
#[path = "../original/script.rs"]
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
