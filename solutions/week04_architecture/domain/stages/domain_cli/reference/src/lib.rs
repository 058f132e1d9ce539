//! Meeting rooms that many people share.

pub mod cli;
pub mod desk;
pub mod domain;
pub mod http;
pub mod machine;
pub mod people;
pub mod ports;
pub mod stores;
pub mod wiring;
