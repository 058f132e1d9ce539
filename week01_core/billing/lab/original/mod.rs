//! The program as it was when you came: what everything is held against.

mod invoice;
mod plan;
mod script;
mod state;

pub use script::run;
