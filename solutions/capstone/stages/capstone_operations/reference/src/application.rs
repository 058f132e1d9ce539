//! The service from its first bound socket to its last closed one.

use std::error::Error;
use std::fmt;
use std::future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use futures_util::FutureExt;
use tokio::net::TcpListener;
use tokio::time;
use tracing::{info, warn};

use crate::adapters::SystemIds;
use crate::background::{Background, Running};
use crate::config::Config;
use crate::connections::ClosingListener;
use crate::http::{self, Known, Requests};
use crate::lifecycle::{Lifecycle, Phase};
use crate::metrics::Metrics;
use crate::operators::Operators;
use crate::ports::Ids;
use crate::readiness::Readiness;
use crate::turn::{Cuts, Step, Stopping, Turn};

/// How long clients have to take in the answer that says that their request was cut, before their
/// sockets are closed, and what runs beside the requests to say goodbye or to give back what it has. Long enough for a
/// round trip; nobody's deadline notices it.
const LAST_WORD: Duration = Duration::from_millis(100);

/// A service that has its port and waits to be run.
pub struct Application {
    config: Config,
    listener: TcpListener,
    port: u16,
    router: Router,
    operators: Operators,
    metrics: Metrics,
    ids: Arc<dyn Ids>,
    known: Known,
    lifecycle: Lifecycle,
    background: Background,
    hurry: Stopping,
    cuts: [Cuts; 2],
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

        let for_operators = Operators::bind(config.operator_address).await;
        let operators = for_operators.map_err(|source| BuildError::Listen {
            address: config.operator_address.unwrap_or(config.address),
            source,
        })?;

        let lifecycle = Lifecycle::new();
        let known: Known = Arc::new(OnceLock::new());
        let router = http::router(routes, lifecycle.watch(), Arc::clone(&known));
        Ok(Self {
            config,
            listener,
            port,
            router,
            operators,
            metrics: Metrics::default(),
            ids: Arc::new(SystemIds::default()),
            known,
            lifecycle,
            background: Background::default(),
            hurry: Box::pin(future::pending()),
            cuts: Default::default(),
        })
    }

    /// The port that is really listened on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The port that operators ask on, if they have one.
    pub fn operator_port(&self) -> Option<u16> {
        self.operators.port
    }

    /// Counts requests in `metrics`, and names pieces of work by `ids`.
    #[must_use]
    pub fn observed(mut self, metrics: Metrics, ids: Arc<dyn Ids>) -> Self {
        self.metrics = metrics;
        self.ids = ids;
        self
    }

    /// Answers `routes` on the operators' listener, if the configuration has one, until the service has stopped. Who asks
    /// there is not followed, and counts as nobody's request.
    #[must_use]
    pub fn for_operators(mut self, routes: Router) -> Self {
        self.operators.routes = routes;
        self
    }

    /// Answers `/health/ready` by what `readiness` knows of the dependencies, too. The first one that is given counts.
    #[must_use]
    pub fn ready_when(self, readiness: Readiness) -> Self {
        self.known.get_or_init(|| readiness);
        self
    }

    /// Stops at once when `hurry` completes, if it has begun to stop: what is not finished by then is cut.
    #[must_use]
    pub fn hurried_by(mut self, hurry: impl Future<Output = ()> + Send + 'static) -> Self {
        self.hurry = Box::pin(hurry);
        self
    }

    /// As [`with_background`](Self::with_background), for work that has a turn of its own: it is told to end when all that
    /// comes before it has ended, and when there is no more time.
    #[must_use]
    pub fn with_step<F>(mut self, step: Step, work: impl FnOnce(Turn) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let phase = self.lifecycle.watch();
        let turn = Turn {
            stopping: Box::pin(phase.reached(step.phase())),
            cutting: Box::pin(phase.reached(Phase::Cutting)),
            cuts: self.cuts[step as usize].clone(),
        };
        let work = Box::pin(work(turn));
        self.background.add(step.name(), Some(step), work);
        self
    }

    /// Has `work` done beside the requests, from [`run_until_stopped`](Self::run_until_stopped) on. What it is given
    /// completes when the service begins to drain. It gets the same time to end as the requests, and a moment; then it is
    /// dropped, wherever it waits.
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
            .add(name, None, Box::pin(work(Box::pin(draining))));
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
            operators,
            metrics,
            ids,
            lifecycle,
            background,
            hurry,
            cuts: [sockets_cut, jobs_cut],
            known: _,
        } = self;
        // Twice waited for: it may come during the notice, and is then still in force.
        let hurry = hurry.shared();
        let phase = lifecycle.watch();
        let requests = Requests::new(phase.clone(), metrics, ids);
        let router = http::followed(router, requests.clone());
        let operator_port = operators.port;
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

        info!(port, operator_port, "listening");
        // After that line, which whoever starts services reads first: what runs beside the requests writes lines, too.
        let mut background = background.start();
        let mut operators = operators.start(&phase);
        serve_until(&mut server, &mut background, shutdown).await?;

        lifecycle.enter(Phase::Leaving);
        info!(
            notice_ms = millis(config.notice),
            "not ready, still serving"
        );
        let noticed = async {
            tokio::select! {
                () = time::sleep(config.notice) => {}
                () = hurry.clone() => {}
            }
        };
        serve_until(&mut server, &mut background, noticed).await?;

        lifecycle.enter(Phase::Draining);
        let drain_timeout_ms = millis(config.drain_timeout);
        info!(drain_timeout_ms, "draining");
        // Kept apart from whether all is drained: the server may have ended, and must not be polled again, while work in
        // the background goes on.
        let mut ended = None;
        // One after the other, each as soon as the one before has ended, and one deadline for all of them.
        let drained = async {
            ended = Some((&mut server).await);
            lifecycle.enter(Phase::Parting);
            background.finished_at(Step::Sockets).await;
            lifecycle.enter(Phase::Finishing);
            background.finished().await;
        };
        let in_time = tokio::select! {
            biased;
            () = drained => true,
            () = time::sleep(config.drain_timeout) => {
                warn!(drain_timeout_ms, "drain deadline passed");
                false
            }
            () = hurry => {
                warn!("told again to stop: what is left is cut");
                false
            }
        };
        if !in_time {
            lifecycle.enter(Phase::Cutting);
            let last_word = async {
                if ended.is_none() {
                    ended = time::timeout(LAST_WORD, &mut server).await.ok();
                }
            };
            tokio::join!(background.cut(LAST_WORD), last_word);
            if ended.is_none() {
                lifecycle.enter(Phase::Closing);
                ended = Some(server.await);
            }
        }
        ended.transpose()?;
        // Not before: how a drain goes is what operators want to see.
        lifecycle.enter(Phase::Closing);
        while operators.join_next().await.is_some() {}

        let report = Report {
            served: requests.served(),
            cut: requests.cut(),
            sockets_cut: sockets_cut.count(),
            jobs_cut: jobs_cut.count(),
        };
        let Report {
            served,
            cut,
            sockets_cut,
            jobs_cut,
        } = report;
        info!(served, cut, sockets_cut, jobs_cut, "stopped");
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
    /// Sockets that had not ended by then.
    pub sockets_cut: u64,
    /// Jobs that were begun and not finished by then, whether they could be given back or not.
    pub jobs_cut: u64,
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("config", &self.config)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
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
