//! The service, from its configuration to its end.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::config::{Config, Storage};
use crate::connections::{Heads, ImpatientListener};
use crate::ending::{Background, Ending, Phase};
use crate::http;
use crate::store::{Cached, Memory, Postgres, Sqlite, Store, StoreError};

/// How long a request may wait for other processes that use the same database.
const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// What those who are given up have for their last answers; and then, for letting go.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A service that has its port and waits to be run.
pub struct Application {
    listener: TcpListener,
    port: u16,
    patience: Duration,
    router: Router,
    ending: Ending,
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
        Self::build_with_routes(config, Router::new()).await
    }

    /// Like [`Application::build`], with routes of the caller's beside those of the service. All that is around
    /// the service's own routes is around them too.
    ///
    /// # Errors
    ///
    /// As [`Application::build`].
    ///
    /// # Panics
    ///
    /// When a route is one that the service has, or `routes` has a fallback, which are bugs in the program.
    pub async fn build_with_routes(config: Config, routes: Router) -> Result<Self, BuildError> {
        let store: Arc<dyn Store> = match &config.storage {
            Storage::Memory => Arc::new(Memory::default()),
            Storage::Sqlite(path) => {
                let opened = Sqlite::open(path, LOCK_PATIENCE).await;
                Arc::new(opened.map_err(BuildError::Store)?)
            }
            Storage::Postgres(url) => {
                let opened = Postgres::open(url).await;
                Arc::new(opened.map_err(BuildError::Store)?)
            }
        };
        Self::build_with_store(config, store, routes).await
    }

    /// Like [`Application::build_with_routes`], with a store of the caller's in place of the configured one.
    ///
    /// # Errors
    ///
    /// As [`Application::build`].
    ///
    /// # Panics
    ///
    /// As [`Application::build_with_routes`].
    pub async fn build_with_store(
        config: Config,
        store: Arc<dyn Store>,
        routes: Router,
    ) -> Result<Self, BuildError> {
        let background = Background::default();
        let ending = Ending::new(background.clone(), config.notice, config.drain_timeout);
        let store: Arc<dyn Store> = match config.cache {
            Some(limits) => Arc::new(Cached::with_background(store, limits, background)),
            None => store,
        };
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
            patience: config.head_timeout,
            router: http::router(&config, store, &ending, routes),
            ending,
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

    /// Serves until `stop` completes, and for the configured notice; then until what is under way has ended, the work
    /// that nobody waits for included, or its time is over.
    ///
    /// # Errors
    ///
    /// When something was given up ([`io::ErrorKind::TimedOut`]), and when the server fails of itself.
    pub async fn run_until_stopped(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        serve(self.listener, self.patience, self.router, self.ending, stop).await
    }

    /// Like [`Application::run_until_stopped`], with connections that come from elsewhere. The port is let go.
    ///
    /// # Errors
    ///
    /// As [`Application::run_until_stopped`].
    pub async fn run_on<L>(self, listener: L, stop: impl Future<Output = ()>) -> io::Result<()>
    where
        L: Listener,
        L::Addr: fmt::Debug,
    {
        drop(self.listener);
        serve(listener, self.patience, self.router, self.ending, stop).await
    }
}

async fn serve<L>(
    listener: L,
    patience: Duration,
    router: Router,
    ending: Ending,
    stop: impl Future<Output = ()>,
) -> io::Result<()>
where
    L: Listener,
    L::Addr: fmt::Debug,
{
    let listener = ImpatientListener {
        inner: listener,
        patience,
        ending: ending.clone(),
    };
    // However this future ends, also by being dropped.
    let _over = OverOnDrop(ending.clone());
    let service = router.into_make_service_with_connect_info::<Heads>();
    let server = axum::serve(listener, service);
    let server = server.with_graceful_shutdown(ending.reached(Phase::Draining));
    let mut server = pin!(server.into_future());
    tokio::select! {
        ended = &mut server => return ended,
        () = stop => {}
    }

    // All that happens from here on happens beside the server, which has to be polled to accept and to end.
    let mut ended = pin!(async {
        server.await?;
        // Only now: as long as there are requests, there may be more of it.
        ending.background.joined().await;
        Ok(())
    });
    ending.begin(Phase::Notice);
    if let Ok(ended) = timeout(ending.notice, &mut ended).await {
        return ended;
    }
    ending.begin(Phase::Draining);
    if let Ok(ended) = timeout(ending.drain, &mut ended).await {
        return ended;
    }
    ending.begin(Phase::Over);
    ending.background.give_up();
    // A task ends at its next `.await`. One that has none is not worth waiting for.
    let _ = timeout(LAST_WORDS, &mut ended).await;
    Err(io::Error::new(
        io::ErrorKind::TimedOut,
        "what was under way has not ended in time and was given up",
    ))
}

/// What the service has started goes with it.
struct OverOnDrop(Ending);

impl Drop for OverOnDrop {
    fn drop(&mut self) {
        self.0.begin(Phase::Over);
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
    /// The parcels can't be got at.
    Store(StoreError),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, .. } => write!(f, "cannot listen on {address}"),
            Self::Store(_) => write!(f, "cannot open the store"),
        }
    }
}

impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listen { source, .. } => Some(source),
            Self::Store(source) => Some(source),
        }
    }
}
