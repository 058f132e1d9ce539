//! What an operator decides about a running service.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What an operator decides about a running service.
///
/// Stopping takes at most `notice` plus `drain_timeout` and a moment. Whoever sends the signal must
/// wait longer than that before it kills: `terminationGracePeriodSeconds` in Kubernetes,
/// `TimeoutStopSec` in systemd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen. Default: `127.0.0.1:0`; with port 0 the operating system picks a free one.
    pub address: SocketAddr,
    /// How long the service goes on accepting connections after it has begun to say that it is not
    /// ready. Default: zero. Behind a load balancer: longer than the balancer needs to notice.
    pub notice: Duration,
    /// How long requests in flight may take after the service has stopped accepting. Default: 10 s.
    pub drain_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            notice: Duration::ZERO,
            drain_timeout: Duration::from_secs(10),
        }
    }
}
