//! A depot's parcels, over HTTP.

mod application;
mod config;
mod connections;
mod http;
mod log;
mod memory;
mod parcel;

pub use application::{Application, BuildError};
pub use config::Config;
pub use http::RequestId;
pub use log::{JsonLines, NoLog, RequestLine, RequestLog};
