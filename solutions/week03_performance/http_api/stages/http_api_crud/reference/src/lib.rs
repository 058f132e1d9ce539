//! A depot's parcels, over HTTP.

mod application;
mod config;
mod http;
mod memory;
mod parcel;

pub use application::{Application, BuildError};
pub use config::Config;
