//! Service discovery: which addresses offer a service at this moment.

pub mod network;
mod registry;

pub use registry::{Answer, Config, News, Registry, Reply, Says};
