//! What a warehouse has, by the movements of the day.
//!
//! `stock` is the core and knows nothing of the world. `report` and `options` turn it into text and words into values.
//! `program` joins them, and may be tested without a process.

pub mod options;
pub mod program;
pub mod report;
pub mod stock;
