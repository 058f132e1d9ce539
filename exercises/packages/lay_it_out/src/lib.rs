//! What a warehouse has, by the movements of the day.

pub mod stock;
