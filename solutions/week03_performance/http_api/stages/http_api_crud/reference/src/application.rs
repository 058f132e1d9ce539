//! The service, from its configuration to its end.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::config::Config;
use crate::http;
use crate::memory::Memory;

/// A service that has its port and waits to be run.
pub struct Application {
    listener: TcpListener,
    port: u16,
    router: Router,
}

impl Application {
    /// Listens on the configured address.
    ///
    /// From here on the system queues connections; they are answered once the service runs.
    ///
    /// # Errors
    ///
    /// When the address can't be listened on, which is the operator's to mend: the error names it.
    pub async fn build(config: Config) -> Result<Self, BuildError> {
        let cannot_listen = |source| BuildError::Listen {
            address: config.address,
            source,
        };
        let listener = TcpListener::bind(config.address)
            .await
            .map_err(cannot_listen)?;
        // Asked of the socket, because the configuration may have said 0. And the socket is kept: between
        // closing it and listening again, another process could take the port.
        let port = listener.local_addr().map_err(cannot_listen)?.port();
        Ok(Self {
            listener,
            port,
            router: http::router(Arc::new(Memory::default())),
        })
    }

    /// The port that is listened on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The service without a socket, for tests that call it in their own process.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Serves until `stop` completes, and then until the last connection is closed.
    ///
    /// # Errors
    ///
    /// When the server fails of itself.
    pub async fn run_until_stopped(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        // `with_graceful_shutdown` wants a future that lives for ever and may change threads, and ours need
        // not: it stays here and tells by a channel.
        let (tell, told) = oneshot::channel::<()>();
        let server = axum::serve(self.listener, self.router).with_graceful_shutdown(async {
            let _ = told.await;
        });
        let mut server = pin!(server.into_future());
        tokio::select! {
            ended = &mut server => return ended,
            () = stop => {}
        }
        drop(tell);
        // Dropped here, the server would tell its connections to end, and nobody would wait until they have.
        server.await
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
