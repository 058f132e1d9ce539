//! A task service, grown stage by stage.
//!
//! `domain` has the rules and knows nobody. `tasks` applies them to what is stored, through `ports`, which
//! `adapters` fulfil; `accounts` says who calls, `limits` how much of it anybody may ask for,
//! and `cache` keeps copies of it. `jobs` tells others what has become of tasks, beside the requests. `pool` shares out
//! connections to those of the adapters that need them. Around that is the skeleton: `config`, how the service starts, says how it is, logs, and stops.
//!
//! Architecture invariant: the library takes what it needs as arguments. It reads no environment, waits
//! for no signal, writes to no standard stream and installs nothing global; all of that is `main.rs`.
//! So a test starts as many services as it likes in one process.

pub mod accounts;
pub mod adapters;
mod application;
mod background;
pub mod cache;
pub mod config;
mod connections;
pub mod domain;
pub mod http;
pub mod jobs;
mod lifecycle;
pub mod limits;
pub mod pool;
pub mod ports;
pub mod tasks;
pub mod telemetry;

pub use application::{Application, BuildError, Report};
pub use background::Stopping;
pub use config::{Config, ConfigError, ConfigErrors, Secret};
