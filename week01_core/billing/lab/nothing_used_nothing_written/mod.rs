//! A mutant: a metered customer without a request gets no invoice.

mod invoice;
#[path = "../original/plan.rs"]
mod plan;
#[path = "../original/script.rs"]
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
