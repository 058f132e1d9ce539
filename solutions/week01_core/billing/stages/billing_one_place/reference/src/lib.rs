//! What customers pay each month. A script goes in, and what is to be printed comes out.

mod invoice;
mod plan;
mod script;
mod state;

pub use script::run;
