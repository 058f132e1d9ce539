//! The skeleton of a task service: how it starts, says how it is, logs, and stops.

use std::collections::hash_map::RandomState;
use std::error::Error;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::time;
use tracing::{Instrument, info, info_span, warn};

pub mod telemetry {
    //! How the service's log looks.

    use tracing::{Level, Subscriber};
    use tracing_subscriber::fmt::MakeWriter;

    /// Writes each event as one line of JSON to `writer`, levels INFO and above.
    pub fn subscriber<W>(writer: W) -> impl Subscriber + Send + Sync + use<W>
    where
        W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
    {
        tracing_subscriber::fmt()
            .json()
            .with_max_level(Level::INFO)
            .with_writer(writer)
            .finish()
    }
}

/// What an operator decides about a running service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen. Default: `127.0.0.1:0`, a free port.
    pub address: SocketAddr,
    /// How long to go on accepting connections after readiness has turned. Default: zero.
    pub notice: Duration,
    /// How long requests in flight may take after that. Default: 10 s.
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

/// A service that has its port and waits to be run.
#[derive(Debug)]
pub struct Application {
    config: Config,
    listener: TcpListener,
    port: u16,
    router: Router,
    shared: Arc<Shared>,
}

/// What requests and the run have in common.
#[derive(Debug)]
struct Shared {
    ready: AtomicBool,
    run: u32,
    begun: AtomicU64,
    served: AtomicU64,
    cut: AtomicU64,
    /// Turns true at the drain deadline.
    deadline: watch::Sender<bool>,
}

impl Application {
    /// Binds the configured address and puts `routes` beside the health routes.
    pub async fn build(config: Config, routes: Router) -> Result<Self, BuildError> {
        let cannot_listen = |source| BuildError::Listen {
            address: config.address,
            source,
        };
        let listener = TcpListener::bind(config.address)
            .await
            .map_err(cannot_listen)?;
        let port = listener.local_addr().map_err(cannot_listen)?.port();
        let shared = Arc::new(Shared {
            ready: AtomicBool::new(true),
            run: RandomState::new().build_hasher().finish() as u32,
            begun: AtomicU64::new(0),
            served: AtomicU64::new(0),
            cut: AtomicU64::new(0),
            deadline: watch::Sender::new(false),
        });
        let router = Router::new()
            .route("/health/live", get(|| async { "alive" }))
            .route("/health/ready", get(ready))
            .with_state(Arc::clone(&shared))
            .merge(routes)
            .layer(middleware::from_fn_with_state(Arc::clone(&shared), follow));
        Ok(Self {
            config,
            listener,
            port,
            router,
            shared,
        })
    }

    /// The port that is really listened on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves until `shutdown` completes, then stops in order. When this returns, no handler runs.
    /// Sockets whose clients never finished a request are left to the end of the process.
    pub async fn run_until_stopped(self, shutdown: impl Future<Output = ()>) -> io::Result<Report> {
        let Self {
            config,
            listener,
            port,
            router,
            shared,
        } = self;
        info!(port, "listening");

        let (stop_accepting, accepting_stops) = oneshot::channel::<()>();
        let server = axum::serve(listener, router).with_graceful_shutdown(async {
            let _ = accepting_stops.await;
        });
        let script = async {
            shutdown.await;
            shared.ready.store(false, Ordering::Relaxed);
            info!("not ready, still serving");
            time::sleep(config.notice).await;
            info!("draining");
            drop(stop_accepting);
            time::sleep(config.drain_timeout).await;
            warn!("drain deadline passed");
            shared.deadline.send_replace(true);
            // For the answers that say so to be written.
            time::sleep(Duration::from_millis(100)).await;
        };
        tokio::select! {
            drained = server.into_future() => drained?,
            () = script => {}
        }

        let report = Report {
            served: shared.served.load(Ordering::Relaxed),
            cut: shared.cut.load(Ordering::Relaxed),
        };
        info!(served = report.served, cut = report.cut, "stopped");
        Ok(report)
    }
}

async fn ready(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    if shared.ready.load(Ordering::Relaxed) {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "draining")
    }
}

/// Gives the request an id, ends it at the deadline, and writes its last line.
async fn follow(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let number = shared.begun.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:08x}-{number}", shared.run);
    let span = info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        path = request.uri().path(),
    );
    let started = Instant::now();
    let answer = async {
        let mut deadline = shared.deadline.subscribe();
        let answered = tokio::select! {
            biased;
            response = next.run(request) => Some(response),
            _ = deadline.wait_for(|passed| *passed) => None,
        };
        let latency_ms = started.elapsed().as_micros() as f64 / 1e3;
        if let Some(response) = answered {
            shared.served.fetch_add(1, Ordering::Relaxed);
            let status = response.status().as_u16();
            info!(status, latency_ms, "request finished");
            response
        } else {
            shared.cut.fetch_add(1, Ordering::Relaxed);
            warn!(
                status = 503,
                latency_ms, "request cut at the drain deadline"
            );
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    };
    let mut response = answer.instrument(span).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
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
