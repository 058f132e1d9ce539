//! A task service, grown stage by stage. What is here is the skeleton that every later stage hangs on:
//! how the service starts, says how it is, logs, and stops.
//!
//! Architecture invariant: the library takes what it needs as arguments. It reads no environment, waits
//! for no signal, writes to no standard stream and installs nothing global; all of that is `main.rs`.
//! So a test starts as many services as it likes in one process.

mod application;
pub mod config;
mod connections;
mod http;
mod lifecycle;
pub mod telemetry;

pub use application::{Application, BuildError, Report};
pub use config::{Config, ConfigError, ConfigErrors, Secret};
