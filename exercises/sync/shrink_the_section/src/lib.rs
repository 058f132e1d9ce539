//! Stores attachments by their content.

#![forbid(unsafe_code)]

pub mod backend;
pub mod store;

pub use backend::{Backend, PutError};
pub use store::Store;
