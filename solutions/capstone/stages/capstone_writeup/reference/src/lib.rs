//! A task service, grown stage by stage.
//!
//! `domain` has the rules and knows nobody. `tasks` applies them to what is stored, through `ports`, which
//! `adapters` fulfil; `accounts` says who calls, `limits` how much of it anybody may ask for,
//! and `cache` keeps copies of it. `jobs` tells others what has become of tasks, beside the requests, and `live` tells
//! their owners. `pool` shares out connections to those of the adapters that need them. `trace` says what is part of what,
//! and `metrics` counts; `readiness` knows how the dependencies are. `load` finds out whether all of it is fast enough, and
//! knows none of it. Around that is the skeleton: `config`, how the service starts, says how it is, logs, and stops.
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
pub mod live;
pub mod load;
pub mod metrics;
mod operators;
pub mod pool;
pub mod ports;
pub mod readiness;
pub mod tasks;
pub mod telemetry;
pub mod trace;
mod turn;

pub use application::{Application, BuildError, Report};
pub use config::{Config, ConfigError, ConfigErrors, Secret};
pub use turn::{Cuts, Step, Stopping, Turn};
