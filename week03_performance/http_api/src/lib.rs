//! A depot's parcels, over HTTP.

mod application;
mod config;

pub use application::{Application, BuildError};
pub use config::Config;
