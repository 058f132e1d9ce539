//! The nightly backup's way to the store.

mod store;
mod upload;

pub use store::{Request, Store};
pub use upload::{Receipt, Upload, connect};
