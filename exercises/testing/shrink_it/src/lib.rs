//! Dates, and a way to test them with values that nobody has thought of.

pub mod check;
mod date;

pub use date::Date;
