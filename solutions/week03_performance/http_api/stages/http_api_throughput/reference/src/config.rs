//! What whoever starts the service decides.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::log::{NoLog, RequestLog};

/// Grows by fields that have defaults.
#[derive(Clone)]
pub struct Config {
    /// Where to listen. Port 0 is any free port; see [`crate::Application::port`].
    pub address: SocketAddr,
    /// Where parcels are kept.
    pub storage: Storage,
    /// Copies in front of the storage.
    pub cache: Option<CacheLimits>,
    /// Where a line for each request goes.
    pub log: Arc<dyn RequestLog>,
    /// How long a connection may take for a request's head, counted from its opening or its last answer.
    pub head_timeout: Duration,
    /// How large a body may be.
    pub max_body_bytes: usize,
    /// How long a body may take, counted from its head.
    pub body_timeout: Duration,
    /// How many requests may be handled at the same time. `/ping` is not counted.
    pub max_in_flight: usize,
    /// How long a request may be handled.
    pub handler_timeout: Duration,
    /// From a stop until connections are refused: for whoever sends requests here to find out. Longer than a load
    /// balancer takes for that.
    pub notice: Duration,
    /// From then on: how long what is under way may take until it is given up.
    pub drain_timeout: Duration,
}

/// What bounds the copies.
#[derive(Debug, Clone, Copy)]
pub struct CacheLimits {
    /// How old what is read may be.
    pub ttl: Duration,
    /// How many parcels may be kept.
    pub capacity: usize,
}

/// Where parcels are kept.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Storage {
    /// In memory, and gone with the service.
    Memory,
    /// In a file, which is made if it is not there.
    Sqlite(PathBuf),
    /// In the PostgreSQL database that a URL names.
    Postgres(String),
}

/// A URL has a password in it, and configurations are logged.
impl fmt::Debug for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(..)"),
        }
    }
}

/// A free port, for this machine only, parcels in memory, no log, and limits for requests that are small and quick.
impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            storage: Storage::Memory,
            cache: None,
            log: Arc::new(NoLog),
            head_timeout: Duration::from_secs(10),
            max_body_bytes: 64 * 1024,
            body_timeout: Duration::from_secs(10),
            max_in_flight: 512,
            handler_timeout: Duration::from_secs(10),
            // Tests and tools have no load balancer before them.
            notice: Duration::ZERO,
            drain_timeout: Duration::from_secs(10),
        }
    }
}
