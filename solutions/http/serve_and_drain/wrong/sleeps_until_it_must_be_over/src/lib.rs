//! Takes entries for a log over HTTP.
//!
//! One task writes to the log. While an append is under way, entries collect in its queue, and the next append
//! takes them all: the slower the log, the more requests share a write. The end goes from the outside inwards:
//! say that we are not ready, stop accepting, let requests end, let the writer end.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::Listener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

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

/// An entry, and who waits for it to be in the log.
type Waiting = (String, oneshot::Sender<bool>);

/// What the handlers share.
#[derive(Clone)]
struct App {
    entries: mpsc::Sender<Waiting>,
    stopping: CancellationToken,
    cut: CancellationToken,
    cut_off: Arc<AtomicUsize>,
}

/// Time for the last answers to leave when those who are stuck have been told so.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Serves until `stop`, then ends. Returns how many requests were cut off.
pub async fn run<L>(
    listener: L,
    log: Arc<dyn Log>,
    limits: Limits,
    stop: impl Future<Output = ()> + Send + 'static,
) -> usize
where
    L: Listener,
    L::Addr: Debug,
{
    // Bounded: when the log can't keep up, requests wait here, and their clients notice.
    let (entries, queue) = mpsc::channel(limits.batch);
    let writer = tokio::spawn(write(queue, log, limits.batch));
    let app = App {
        entries,
        stopping: CancellationToken::new(),
        cut: CancellationToken::new(),
        cut_off: Arc::default(),
    };
    let (stopping, cut) = (app.stopping.clone(), app.cut.clone());
    let cut_off = Arc::clone(&app.cut_off);
    let not_ready = app.stopping.clone();
    let router = Router::new()
        .route("/entries", post(add))
        .route("/ready", get(ready))
        .with_state(app);

    let no_more_connections = async move {
        stop.await;
        not_ready.cancel();
    };
    tokio::spawn(no_more_connections);
    tokio::select! {
        _ = async { axum::serve(listener, router).await } => {}
        () = async {
            stopping.cancelled().await;
            sleep(limits.notice + limits.drain).await;
            cut.cancel();
            sleep(LAST_WORDS).await;
        } => {}
    }
    // It may be stuck in the log, and nothing of this service runs on when `run` has returned.
    writer.abort();
    cut_off.load(Ordering::Relaxed)
}

/// Writes what has collected, again and again, until nobody can send any more and all is written.
async fn write(mut queue: mpsc::Receiver<Waiting>, log: Arc<dyn Log>, at_most: usize) {
    let mut waiting = Vec::new();
    while queue.recv_many(&mut waiting, at_most).await > 0 {
        let (entries, acks): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        let stored = log.append(entries).await.is_ok();
        for ack in acks {
            // Who has gone does not wait for an answer.
            let _ = ack.send(stored);
        }
    }
}

async fn add(State(app): State<App>, entry: String) -> StatusCode {
    let (ack, stored) = oneshot::channel();
    let work = async {
        app.entries.send((entry, ack)).await.ok()?;
        stored.await.ok()
    };
    tokio::select! {
        biased;
        stored = work => match stored {
            Some(true) => StatusCode::CREATED,
            Some(false) | None => StatusCode::SERVICE_UNAVAILABLE,
        },
        () = app.cut.cancelled() => {
            app.cut_off.fetch_add(1, Ordering::Relaxed);
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

async fn ready(State(app): State<App>) -> StatusCode {
    if app.stopping.is_cancelled() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    }
}
