//! Tasks by HTTP, in two versions.

mod http;
mod service;

pub use http::{Request, Response, SUNSET};
pub use service::Service;
