//! Meeting rooms that many people share.

pub mod desk;
pub mod domain;
pub mod ports;
