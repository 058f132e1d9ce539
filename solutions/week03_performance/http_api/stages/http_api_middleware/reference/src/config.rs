//! What whoever starts the service decides.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use crate::log::{NoLog, RequestLog};

/// Grows by fields that have defaults.
#[derive(Clone)]
pub struct Config {
    /// Where to listen. Port 0 is any free port; see [`crate::Application::port`].
    pub address: SocketAddr,
    /// Where a line for each request goes.
    pub log: Arc<dyn RequestLog>,
}

/// A free port, for this machine only, and no log.
impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            log: Arc::new(NoLog),
        }
    }
}
