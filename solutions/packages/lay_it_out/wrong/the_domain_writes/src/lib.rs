//! What a warehouse has, by the movements of the day.
//!
//! `stock` is the core and knows nothing of the world. `report` and `options` turn it into text and words into values.
//! What reads, writes and exits is in `main.rs`.

pub mod options;
pub mod report;
pub mod stock;
