//! What customers pay each month. A script goes in, and what is to be printed comes out.

mod date;
mod invoice;
mod money;
mod plan;
mod script;
mod state;

pub use date::Date;
pub use money::{Money, NoSense, Percent, Seats};
pub use script::run;
