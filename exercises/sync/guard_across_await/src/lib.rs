//! The session that a service has with a payment provider.

#![forbid(unsafe_code)]

pub mod auth;
pub mod session;

pub use auth::{Authority, Denied, Tokens};
pub use session::Session;
