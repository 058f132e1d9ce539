//! A shop's till, and the flags by which its changes are rolled out.

mod flags;
mod till;

pub use flags::{Flag, Flags, both_ways, bucket};
pub use till::{FLAGS, total};
