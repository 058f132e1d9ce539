//! What whoever sends requests gets to know of the service's end.

use axum::extract::{Request, State};
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::problem::Problem;
use crate::ending::{Ending, Phase};

/// Whether to send requests here. `/ping` asks for something else, whether to restart this process, and stays as it is.
pub(super) async fn ready(State(ending): State<Ending>) -> Result<&'static str, Problem> {
    if ending.is_at(Phase::Notice) {
        return Err(Problem::plain(StatusCode::SERVICE_UNAVAILABLE));
    }
    Ok("ready")
}

/// Tells clients with their answers that the connection ends. A connection that is closed without a word may be closed
/// while its next request is on the way, and nobody can say then whether it was handled.
pub(super) async fn part(State(ending): State<Ending>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // Looked at behind the handler: a request that was there before the stop is answered after it.
    if ending.is_at(Phase::Notice) {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(CONNECTION, close);
    }
    response
}
