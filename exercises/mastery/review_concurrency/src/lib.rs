//! The change under review, compiled: nothing here is to be edited.
//!
//! It builds without warnings, and its tests were green a hundred times in a row.

#[path = "../review/cache.rs"]
pub mod cache;
#[path = "../review/ports.rs"]
pub mod ports;
#[path = "../review/refresher.rs"]
pub mod refresher;
