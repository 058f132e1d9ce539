//! Follows each request: gives it an id, writes its last line, and ends it at the drain deadline.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::{Instrument, info, info_span, warn};

use crate::lifecycle::{Phase, PhaseWatch};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the service knows about its requests. Clones share the counts.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    phase: PhaseWatch,
    counts: Arc<Counts>,
}

#[derive(Debug)]
struct Counts {
    /// Tells the requests of this process from those of the one before it.
    run: u32,
    begun: AtomicU64,
    served: AtomicU64,
    cut: AtomicU64,
}

impl Requests {
    pub(crate) fn new(phase: PhaseWatch) -> Self {
        // std's own source of per-process randomness. The id must not repeat; it is no secret.
        let run = RandomState::new().build_hasher().finish() as u32;
        let counts = Counts {
            run,
            begun: AtomicU64::new(0),
            served: AtomicU64::new(0),
            cut: AtomicU64::new(0),
        };
        Self {
            phase,
            counts: Arc::new(counts),
        }
    }

    /// Requests that their handlers answered.
    pub(crate) fn served(&self) -> u64 {
        self.counts.served.load(Ordering::Relaxed)
    }

    /// Requests that the drain deadline ended.
    pub(crate) fn cut(&self) -> u64 {
        self.counts.cut.load(Ordering::Relaxed)
    }

    fn next_id(&self) -> String {
        let number = self.counts.begun.fetch_add(1, Ordering::Relaxed);
        format!("{:08x}-{number}", self.counts.run)
    }
}

/// The middleware around every route.
pub(crate) async fn follow(
    State(requests): State<Requests>,
    request: Request,
    next: Next,
) -> Response {
    let id = requests.next_id();
    let span = info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        // The path alone. Queries carry tokens and names, and a log is read by more people than
        // should see them.
        path = request.uri().path(),
    );
    // `instrument`, not `span.enter()`: the guard of `enter` would stay in force over an await, while
    // the thread is working on somebody else's request.
    let mut response = answer(requests, request, next).instrument(span).await;
    // It always is one: hexadecimal digits and a number. But nothing here may panic, whatever an id becomes.
    if let Ok(header) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, header);
    }
    response
}

async fn answer(requests: Requests, request: Request, next: Next) -> Response {
    let mut last_line = LastLine::due();
    let deadline = requests.phase.reached(Phase::Cutting);
    tokio::select! {
        // In this order: an answer that is there in time is given, even if the time is up.
        biased;
        response = next.run(request) => {
            requests.counts.served.fetch_add(1, Ordering::Relaxed);
            last_line.finished(response.status());
            response
        }
        () = deadline => {
            requests.counts.cut.fetch_add(1, Ordering::Relaxed);
            let status = StatusCode::SERVICE_UNAVAILABLE;
            last_line.cut(status);
            (status, "the service stopped before it could answer\n").into_response()
        }
    }
}

/// A request's last line in the log, which is written whichever way the request ends.
struct LastLine {
    started: Instant,
    written: bool,
}

impl LastLine {
    fn due() -> Self {
        Self {
            started: Instant::now(),
            written: false,
        }
    }

    fn finished(&mut self, status: StatusCode) {
        info!(
            status = status.as_u16(),
            latency_ms = self.latency_ms(),
            "request finished"
        );
        self.written = true;
    }

    fn cut(&mut self, status: StatusCode) {
        warn!(
            status = status.as_u16(),
            latency_ms = self.latency_ms(),
            "request cut at the drain deadline"
        );
        self.written = true;
    }

    fn latency_ms(&self) -> f64 {
        // Through whole microseconds, so that a line says 53.042 and not 53.042502999999996.
        self.started.elapsed().as_micros() as f64 / 1e3
    }
}

impl Drop for LastLine {
    /// A client that hangs up has its request dropped between two polls; a handler that panics
    /// unwinds. Those are the requests one looks for in a log, so they get a line too.
    fn drop(&mut self) {
        if !self.written {
            warn!(latency_ms = self.latency_ms(), "request abandoned");
        }
    }
}
