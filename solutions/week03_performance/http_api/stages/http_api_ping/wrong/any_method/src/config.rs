//! What whoever starts the service decides.

use std::net::{Ipv4Addr, SocketAddr};

/// Grows by fields that have defaults.
#[derive(Clone)]
pub struct Config {
    /// Where to listen. Port 0 is any free port; see [`crate::Application::port`].
    pub address: SocketAddr,
}

/// A free port, for this machine only.
impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        }
    }
}
