//! Follows each request: gives it an id and a place in a trace, counts it, writes its last line, and ends it at the drain
//! deadline.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;
use tracing::{Instrument, info, info_span, warn};

use crate::lifecycle::{Phase, PhaseWatch};
use crate::metrics::{InFlight, Metrics};
use crate::ports::Ids;
use crate::trace::{self, TraceContext};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// What the service knows about its requests. Clones share the counts.
#[derive(Clone)]
pub(crate) struct Requests {
    phase: PhaseWatch,
    counts: Arc<Counts>,
    metrics: Metrics,
    ids: Arc<dyn Ids>,
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
    pub(crate) fn new(phase: PhaseWatch, metrics: Metrics, ids: Arc<dyn Ids>) -> Self {
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
            metrics,
            ids,
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
    let cause = caller(request.headers());
    let context = match cause {
        Some(cause) => cause.child(&*requests.ids),
        None => TraceContext::begin(&*requests.ids),
    };
    let span = info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        // The path alone. Queries carry tokens and names, and a log is read by more people than
        // should see them.
        path = request.uri().path(),
        trace_id = context.trace_id_text(),
        span_id = context.span_id_text(),
        parent_id = cause.map(|cause| cause.span_id_text()),
    );
    let (phase, version) = (requests.phase.clone(), request.version());
    // `instrument`, not `span.enter()`: the guard of `enter` would stay in force over an await, while
    // the thread is working on somebody else's request.
    let answer = trace::within(context, answer(requests, request, next));
    let mut response = answer.instrument(span).await;
    // It always is one: hexadecimal digits and a number. But nothing here may panic, whatever an id becomes.
    if let Ok(header) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, header);
    }
    // Whoever keeps connections does not ask for readiness before each request. The next one would meet a socket that is
    // just being closed; so this one says that there is no next one. A socket's upgrade has another use for the header.
    let persists =
        version <= Version::HTTP_11 && response.status() != StatusCode::SWITCHING_PROTOCOLS;
    if phase.is_leaving() && persists && response.status().is_informational() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}

/// What has led to the request, if it says so, and once: of two headers nobody knows which one is true.
fn caller(headers: &HeaderMap) -> Option<TraceContext> {
    let mut values = headers.get_all(TRACEPARENT).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    TraceContext::parse(value.to_str().ok()?)
}

async fn answer(requests: Requests, request: Request, next: Next) -> Response {
    // The router has matched already. What it has matched is the label, and never what was sent.
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map(MatchedPath::as_str);
    let in_flight = requests.metrics.request(request.method(), route);
    let mut last_line = LastLine::due(in_flight);
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
    in_flight: InFlight,
}

impl LastLine {
    fn due(in_flight: InFlight) -> Self {
        Self {
            started: Instant::now(),
            written: false,
            in_flight,
        }
    }

    fn finished(&mut self, status: StatusCode) {
        info!(
            status = status.as_u16(),
            latency_ms = self.latency_ms(),
            "request finished"
        );
        self.answered(status);
    }

    fn cut(&mut self, status: StatusCode) {
        warn!(
            status = status.as_u16(),
            latency_ms = self.latency_ms(),
            "request cut at the drain deadline"
        );
        self.answered(status);
    }

    fn answered(&mut self, status: StatusCode) {
        self.written = true;
        self.in_flight.answered(status, self.started.elapsed());
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
