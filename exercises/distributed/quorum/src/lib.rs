//! One value on several replicas.

pub mod cluster;
mod register;

pub use cluster::{Answer, Replica, Request, Version};
pub use register::{Config, NoOverlap, Operation, Step};
