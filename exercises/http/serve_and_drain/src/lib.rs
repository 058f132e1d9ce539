//! Takes entries for a log over HTTP.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::Listener;
use tokio::sync::Mutex;

/// Where entries go. One append at a time.
pub trait Log: Send + Sync + 'static {
    /// Writes all of these entries, or none, and returns when they would survive a crash.
    fn append(&self, entries: Vec<String>) -> Appending;
}

/// An append under way.
pub type Appending = Pin<Box<dyn Future<Output = Result<(), LogFailed>> + Send>>;

/// None of the entries was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogFailed;

/// How the service works and ends.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Entries of one append, at most.
    pub batch: usize,
    /// From the stop to the end of new connections: until every load balancer has seen that we are not ready.
    pub notice: Duration,
    /// From there to the end of patience with requests that are under way.
    pub drain: Duration,
}

/// What the handlers share.
#[derive(Clone)]
struct App {
    log: Arc<dyn Log>,
    turn: Arc<Mutex<()>>,
}

/// Serves until `stop`, then ends. Returns how many requests were cut off.
pub async fn run<L>(
    listener: L,
    log: Arc<dyn Log>,
    _limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> usize
where
    L: Listener,
    L::Addr: Debug,
{
    let app = App {
        log,
        turn: Arc::default(),
    };
    let router = Router::new()
        .route("/entries", post(add))
        .route("/ready", get(ready))
        .with_state(app);
    tokio::select! {
        _ = async { axum::serve(listener, router).await } => {}
        () = stop => {}
    }
    0
}

async fn add(State(app): State<App>, entry: String) -> StatusCode {
    let _turn = app.turn.lock().await;
    match app.log.append(vec![entry]).await {
        Ok(()) => StatusCode::CREATED,
        Err(LogFailed) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn ready() -> StatusCode {
    StatusCode::OK
}
