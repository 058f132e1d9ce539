//! The skeleton of a task service: how it starts, says how it is, logs, and stops.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;

pub mod telemetry {
    //! How the service's log looks. Where it goes is the caller's business.

    use tracing::Subscriber;
    use tracing_subscriber::fmt::MakeWriter;

    /// Writes each event to `writer`. The subscriber is returned, not installed.
    pub fn subscriber<W>(writer: W) -> impl Subscriber + Send + Sync + use<W>
    where
        W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
    {
        tracing_subscriber::fmt().with_writer(writer).finish()
    }
}

/// What an operator decides about a running service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen. With port 0 the operating system picks a free one.
    pub address: SocketAddr,
    /// How long the service goes on accepting connections after it has begun to say that it is not
    /// ready.
    pub notice: Duration,
    /// How long requests in flight may take after the service has stopped accepting.
    pub drain_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            address: SocketAddr::from(([127, 0, 0, 1], 8080)),
            notice: Duration::ZERO,
            drain_timeout: Duration::from_secs(10),
        }
    }
}

/// A service that has its port and waits to be run.
#[derive(Debug)]
pub struct Application {
    listener: TcpListener,
    port: u16,
    router: Router,
}

impl Application {
    /// Binds the configured address and puts `routes` beside the health routes.
    pub async fn build(config: Config, routes: Router) -> Result<Self, BuildError> {
        // So that there is a log wherever the service is used.
        let _ = tracing_subscriber::fmt().try_init();
        let listener = TcpListener::bind(config.address)
            .await
            .expect("the port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let router = Router::new()
            .route("/health/live", get(|| async { "alive" }))
            .merge(routes)
            .layer(middleware::from_fn(log));
        Ok(Self {
            listener,
            port,
            router,
        })
    }

    /// The port that is really listened on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves until `shutdown` completes, then stops.
    pub async fn run_until_stopped(self, shutdown: impl Future<Output = ()>) -> io::Result<Report> {
        println!("listening on port {}", self.port);
        tokio::select! {
            served = axum::serve(self.listener, self.router).into_future() => served?,
            () = shutdown => println!("stopped"),
        }
        Ok(Report { served: 0, cut: 0 })
    }
}

async fn log(request: Request, next: Next) -> Response {
    println!("{} {}", request.method(), request.uri());
    next.run(request).await
}

/// How a service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Requests that were answered, from the first to the last.
    pub served: u64,
    /// Requests that were still in flight at the drain deadline, and were cut.
    pub cut: u64,
}

/// Why a service could not be built.
#[derive(Debug)]
pub enum BuildError {
    /// The address can't be listened on.
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
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
