//! Tasks by HTTP, in two versions.

mod http;
mod service;
mod task;
mod v1;
mod v2;
mod wire;

pub use http::{Request, Response, SUNSET};
pub use service::Service;
