//! Right: seats, discounts, rates, requests and days that make no sense are refused.

mod invoice;
#[path = "../original/plan.rs"]
mod plan;
mod script;
#[path = "../original/state.rs"]
mod state;

pub use script::run;
