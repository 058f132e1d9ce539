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
use crate::telemetry::Levels;

/// What an operator decides about a running service.
///
/// Stopping takes at most `notice` plus `drain_timeout` and a moment, which has to fit into `grace`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen. Default: `127.0.0.1:0`; with port 0 the operating system picks a free one.
    pub address: SocketAddr,
    /// Where operators ask for metrics. Default: nowhere. For a network that callers do not reach.
    pub operator_address: Option<SocketAddr>,
    /// Which lines the log has. Default: levels INFO and above.
    pub log: Levels,
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
    /// How many connections to a database across the network there are at most. Default: 8. All instances of the service
    /// together have to fit into what the server allows.
    pub database_connections: usize,
    /// How long a call waits for such a database, a free connection included. Default: 2 s.
    pub database_patience: Duration,
    /// Who is told what has become of tasks. Default: the log.
    pub notices: Notices,
    /// For how long a job is kept for a worker that says nothing. Default: 30 s.
    pub job_lease: Duration,
    /// What is mixed into every password before it is hashed, and is not in the database. Default: none.
    pub password_pepper: Option<Secret>,
    /// What access tokens are signed with, the first one, and verified with, all of them. Default: none; the service
    /// then makes one for as long as it runs.
    pub token_keys: Vec<TokenKey>,
    /// Where copies of tasks are kept. Default: nowhere.
    pub cache: Cache,
    /// How old a copy may be. Default: 30 s.
    pub cache_ttl: Duration,
    /// How often readiness looks at what the service depends on. Default: 1 s.
    pub health_every: Duration,
    /// How old the oldest job may be before readiness says that jobs are late. Default: 5 min.
    pub jobs_late_after: Duration,
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
    /// `postgres://…`, for any number of processes. Its text has a password in it.
    Postgres(Secret),
}

/// Who is told what has become of tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notices {
    /// `log:`, whoever reads the log.
    Log,
    /// `file:PATH`, whoever reads the file.
    File(PathBuf),
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
            operator_address: None,
            log: Levels::default(),
            notice: Duration::ZERO,
            drain_timeout: Duration::from_secs(10),
            grace: Duration::from_secs(30),
            database: Database::Memory,
            database_connections: 8,
            database_patience: Duration::from_secs(2),
            notices: Notices::Log,
            job_lease: Duration::from_secs(30),
            password_pepper: None,
            token_keys: Vec::new(),
            cache: Cache::None,
            cache_ttl: Duration::from_secs(30),
            health_every: Duration::from_secs(1),
            jobs_late_after: Duration::from_secs(300),
            limits: LimitSettings::default(),
        }
    }
}
