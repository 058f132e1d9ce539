//! Prints labels.

mod printer;
pub mod sys;

pub use printer::{PrintError, Printer};
