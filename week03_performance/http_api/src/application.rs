//! The service, from its configuration to its end.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::config::Config;

/// A service that is ready to run.
pub struct Application {
    config: Config,
    router: Router,
}

impl Application {
    /// Prepares the service.
    ///
    /// # Errors
    ///
    /// When the address can't be listened on.
    pub async fn build(config: Config) -> Result<Self, BuildError> {
        let router = Router::new().route("/ping", get(|| async { "pong" }));
        Ok(Self { config, router })
    }

    /// The port that is listened on.
    pub fn port(&self) -> u16 {
        self.config.address.port()
    }

    /// The service without a socket, for tests that call it in their own process.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Serves until `stop` completes.
    ///
    /// # Errors
    ///
    /// When the server fails of itself.
    pub async fn run_until_stopped(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let listener = TcpListener::bind(self.config.address).await?;
        let server = axum::serve(listener, self.router);
        tokio::select! {
            ended = server.into_future() => ended,
            () = stop => Ok(()),
        }
    }
}

/// Why a service can't start.
#[derive(Debug)]
#[non_exhaustive]
pub enum BuildError {
    /// Nobody can listen there.
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, .. } => write!(f, "cannot listen on {address}"),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listen { source, .. } => Some(source),
        }
    }
}
