//! What an operator decides about a running service.
//!
//! Architecture invariant: nothing here looks at the world. Flags, environment and the means to read a
//! file are handed in, so that a test can say what they are, and two services in one process can differ.

mod error;
mod load;
mod secret;
mod token_key;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use error::{ConfigError, ConfigErrors};
pub use secret::Secret;
pub use token_key::TokenKey;

use crate::limits::LimitSettings;

/// What an operator decides about a running service.
///
/// Stopping takes at most `notice` plus `drain_timeout` and a moment, which has to fit into `grace`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen. Default: `127.0.0.1:0`; with port 0 the operating system picks a free one.
    pub address: SocketAddr,
    /// How long the service goes on accepting connections after it has begun to say that it is not
    /// ready. Default: zero. Behind a load balancer: longer than the balancer needs to notice.
    pub notice: Duration,
    /// How long requests in flight may take after the service has stopped accepting. Default: 10 s.
    pub drain_timeout: Duration,
    /// How long whoever stops the service waits before it kills. Default: 30 s.
    /// `terminationGracePeriodSeconds` in Kubernetes, `TimeoutStopSec` in systemd.
    pub grace: Duration,
    /// Where tasks are kept. Default: in memory.
    pub database: Database,
    /// What is mixed into every password before it is hashed, and is not in the database. Default: none.
    pub password_pepper: Option<Secret>,
    /// What access tokens are signed with, the first one, and verified with, all of them. Default: none; the service
    /// then makes one for as long as it runs.
    pub token_keys: Vec<TokenKey>,
    /// Where copies of tasks are kept. Default: nowhere.
    pub cache: Cache,
    /// How old a copy may be. Default: 30 s.
    pub cache_ttl: Duration,
    /// How much callers may ask for. Default: 600 units in a minute for each.
    pub limits: LimitSettings,
}

/// Where tasks are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// `memory:`, gone with the process.
    Memory,
    /// `sqlite:PATH`, a file.
    Sqlite(PathBuf),
}

/// Where copies of tasks are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cache {
    /// `none:`, every task is read where it is kept.
    None,
    /// `memory:COUNT`, in each process so many. Others that write to the same database are noticed after `cache_ttl`.
    Memory(usize),
    /// `redis://…`, for all processes. Its text may have a password in it.
    Redis(Secret),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            notice: Duration::ZERO,
            drain_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(30),
            database: Database::Memory,
            password_pepper: None,
            token_keys: Vec::new(),
            cache: Cache::None,
            cache_ttl: Duration::from_secs(30),
            limits: LimitSettings::default(),
        }
    }
}
