//! Rules for discounts, as plugins.

pub mod abi;
pub mod library;
mod plugin;

pub use plugin::{CallError, LoadError, Plugin, Slot};
