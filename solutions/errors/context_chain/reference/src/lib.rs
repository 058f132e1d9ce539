//! The start of an HTTPS gateway: its configuration, its listeners, their certificates.

mod certificate;
mod config;
mod disk;
mod failure;
mod gateway;
mod listener;

pub use disk::{Disk, RealDisk};
pub use failure::{exit_code, report};
pub use gateway::{Gateway, StartError};
