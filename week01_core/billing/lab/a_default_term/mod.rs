//! A mutant: metered customers have the time to pay that nobody wrote for them.

#[path = "../original/invoice.rs"]
mod invoice;
mod plan;
#[path = "../original/script.rs"]
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
