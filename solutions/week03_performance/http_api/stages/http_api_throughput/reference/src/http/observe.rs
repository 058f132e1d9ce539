//! Around every request: a name, a line in the log, and a border for panics.

use std::any::Any;
use std::hash::{BuildHasher as _, RandomState};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::problem::{Cause, Problem};
use crate::log::{RequestLine, RequestLog};

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// What a request is called in headers and logs. Handlers find it among the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// What all requests of a service share.
#[derive(Clone)]
pub(super) struct Observer(Arc<Shared>);

struct Shared {
    log: Arc<dyn RequestLog>,
    /// Tells this service's names from those of another one, without a source of randomness of our own.
    prefix: u64,
    next: AtomicU64,
}

impl Observer {
    pub(super) fn new(log: Arc<dyn RequestLog>) -> Self {
        Self(Arc::new(Shared {
            log,
            prefix: RandomState::new().hash_one(0),
            next: AtomicU64::new(1),
        }))
    }

    fn fresh_id(&self) -> String {
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}-{number}", self.0.prefix)
    }
}

/// The outermost layer. In this order, from outside: the name, so that all else has it; the line, so that it has
/// the status of whatever comes out; the border for panics, so that what comes out is an answer.
pub(super) async fn observe(
    State(observer): State<Observer>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = given_id(request.headers()).unwrap_or_else(|| observer.fresh_id());
    let mut line = OpenLine {
        line: RequestLine {
            id: id.clone(),
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            status: None,
            elapsed: Duration::ZERO,
            cause: None,
        },
        since: Instant::now(),
        log: Arc::clone(&observer.0.log),
    };
    // What an id may consist of is allowed in headers as well.
    let header = HeaderValue::from_str(&id).ok();
    request.extensions_mut().insert(RequestId(id));

    // A handler that was in the middle of something leaves its locks poisoned, and what is behind them is the
    // business of whoever locks them next. The request itself is gone in any case.
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answer.unwrap_or_else(contained);
    if let Some(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    let cause = response.extensions_mut().remove::<Cause>();
    line.line.cause = cause.map(|Cause(text)| text);
    line.line.status = Some(response.status().as_u16());
    response
}

/// The panic's text has been written by the process's hook. It is for us, and not for the client.
fn contained(_payload: Box<dyn Any + Send>) -> Response {
    Problem::plain(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}

/// A line that is written when the request is over, however it ends: a client that goes away drops the future in
/// the middle, and nothing behind an `.await` is run.
struct OpenLine {
    line: RequestLine,
    since: Instant,
    log: Arc<dyn RequestLog>,
}

impl Drop for OpenLine {
    fn drop(&mut self) {
        self.line.elapsed = self.since.elapsed();
        self.log.log(&self.line);
    }
}

/// The client's own name for the request, unless it would not be safe to write down or to send on.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(HEADER)?.to_str().ok()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    ((1..=64).contains(&id.len()) && id.chars().all(fits)).then(|| id.to_owned())
}
