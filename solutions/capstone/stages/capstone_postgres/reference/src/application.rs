//! The service from its first bound socket to its last closed one.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::time;
use tracing::{info, warn};

use crate::background::{Background, Running, Stopping};
use crate::config::Config;
use crate::connections::ClosingListener;
use crate::http::{self, Requests};
use crate::lifecycle::{Lifecycle, Phase};

/// How long clients have to take in the answer that says that their request was cut, before their
/// sockets are closed. Long enough for a round trip; nobody's deadline notices it.
const LAST_WORD: Duration = Duration::from_millis(100);

/// A service that has its port and waits to be run.
#[derive(Debug)]
pub struct Application {
    config: Config,
    listener: TcpListener,
    port: u16,
    router: Router,
    requests: Requests,
    lifecycle: Lifecycle,
    background: Background,
}

impl Application {
    /// Binds the configured address and puts `routes` beside `/health/live` and `/health/ready`.
    ///
    /// From here on the operating system queues connections; they are answered once the service runs.
    ///
    /// # Errors
    ///
    /// When the address can't be listened on, which is the operator's to mend: the error names it.
    ///
    /// # Panics
    ///
    /// When `routes` has a route below `/health` that is taken, which is a bug in the program.
    pub async fn build(config: Config, routes: Router) -> Result<Self, BuildError> {
        let cannot_listen = |source| BuildError::Listen {
            address: config.address,
            source,
        };
        let listener = TcpListener::bind(config.address)
            .await
            .map_err(cannot_listen)?;
        // Asked of the socket: the configuration may have said 0.
        let port = listener.local_addr().map_err(cannot_listen)?.port();

        let lifecycle = Lifecycle::new();
        let requests = Requests::new(lifecycle.watch());
        let router = http::router(routes, lifecycle.watch(), requests.clone());
        Ok(Self {
            config,
            listener,
            port,
            router,
            requests,
            lifecycle,
            background: Background::default(),
        })
    }

    /// The port that is really listened on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Has `work` done beside the requests, from [`run_until_stopped`](Self::run_until_stopped) on. What it is given
    /// completes when the service begins to drain. It gets the same time to end as the requests; then it is dropped,
    /// wherever it waits.
    #[must_use]
    pub fn with_background<F>(
        mut self,
        name: &'static str,
        work: impl FnOnce(Stopping) -> F,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let draining = self.lifecycle.watch().reached(Phase::Draining);
        self.background
            .add(name, Box::pin(work(Box::pin(draining))));
        self
    }

    /// Serves until `shutdown` completes, then stops in order: not ready, not accepting, drained or
    /// cut. When this returns, no connection is left, and no work in the background.
    ///
    /// Dropping the future instead ends all of them at once.
    ///
    /// # Errors
    ///
    /// When the server fails of itself, or work in the background panics.
    pub async fn run_until_stopped(self, shutdown: impl Future<Output = ()>) -> io::Result<Report> {
        let Self {
            config,
            listener,
            port,
            router,
            requests,
            lifecycle,
            background,
        } = self;
        let phase = lifecycle.watch();
        let listener = ClosingListener {
            inner: listener,
            phase: phase.clone(),
        };
        // Whoever asks for a request's peer finds it among its extensions. Axum can tell that of listeners of its own,
        // of which `tap_io` makes one.
        let routes = router.into_make_service_with_connect_info::<SocketAddr>();
        // Axum's share: from `Draining` on it accepts nothing, closes idle connections, lets busy ones
        // finish, and completes when the last is gone. It has no deadline: one client that never
        // finishes its request would hold it for ever. The deadline is ours, below.
        let mut server = pin!(
            axum::serve(listener.tap_io(|_| {}), routes)
                .with_graceful_shutdown(phase.reached(Phase::Draining))
                .into_future()
        );

        info!(port, "listening");
        // After that line, which whoever starts services reads first: what runs beside the requests writes lines, too.
        let mut background = background.start();
        serve_until(&mut server, &mut background, shutdown).await?;

        lifecycle.enter(Phase::Leaving);
        info!(
            notice_ms = millis(config.notice),
            "not ready, still serving"
        );
        let noticed = time::sleep(config.notice);
        serve_until(&mut server, &mut background, noticed).await?;

        lifecycle.enter(Phase::Draining);
        let drain_timeout_ms = millis(config.drain_timeout);
        info!(drain_timeout_ms, "draining");
        // Kept apart from whether all is drained: the server may have ended, and must not be polled again, while work in
        // the background goes on.
        let mut ended = None;
        let drained = async {
            let serving = async { ended = Some((&mut server).await) };
            tokio::join!(serving, background.finished())
        };
        if time::timeout(config.drain_timeout, drained).await.is_err() {
            warn!(drain_timeout_ms, "drain deadline passed");
            lifecycle.enter(Phase::Cutting);
            background.cut().await;
            if ended.is_none() {
                ended = time::timeout(LAST_WORD, &mut server).await.ok();
            }
            if ended.is_none() {
                lifecycle.enter(Phase::Closing);
                ended = Some(server.await);
            }
        }
        ended.transpose()?;

        let report = Report {
            served: requests.served(),
            cut: requests.cut(),
        };
        info!(served = report.served, cut = report.cut, "stopped");
        Ok(report)
    }
}

/// Keeps the server and the background going until `event`. That the server ends first is not foreseen.
async fn serve_until(
    server: &mut (impl Future<Output = io::Result<()>> + Unpin),
    background: &mut Running,
    event: impl Future<Output = ()>,
) -> io::Result<()> {
    tokio::select! {
        () = event => Ok(()),
        failure = background.failed() => Err(failure),
        ended = server => Err(ended.err().unwrap_or_else(|| io::Error::other("the server ended by itself"))),
    }
}

/// Whole milliseconds, for the log.
fn millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
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
