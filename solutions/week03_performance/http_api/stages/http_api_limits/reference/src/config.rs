//! What whoever starts the service decides.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use crate::log::{NoLog, RequestLog};

/// Grows by fields that have defaults.
#[derive(Clone)]
pub struct Config {
    /// Where to listen. Port 0 is any free port; see [`crate::Application::port`].
    pub address: SocketAddr,
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
}

/// A free port, for this machine only, no log, and limits for requests that are small and quick.
impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            log: Arc::new(NoLog),
            head_timeout: Duration::from_secs(10),
            max_body_bytes: 64 * 1024,
            body_timeout: Duration::from_secs(10),
            max_in_flight: 512,
            handler_timeout: Duration::from_secs(10),
        }
    }
}
