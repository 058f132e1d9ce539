//! The admin console of a service: one line in, one line out.

mod command;
mod console;

pub use command::*;
pub use console::*;
