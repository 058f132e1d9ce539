//! What a request may cost before somebody else's is more important.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::problem::Problem;
use crate::config::Config;
use crate::connections::Heads;
use crate::ending::{Ending, Phase};

/// The limits of a service; clones share its places.
#[derive(Clone)]
pub(super) struct Limits {
    max_body_bytes: usize,
    body_timeout: Duration,
    handler_timeout: Duration,
    places: Arc<Semaphore>,
    ending: Ending,
}

impl Limits {
    pub(super) fn of(config: &Config, ending: &Ending) -> Self {
        Self {
            max_body_bytes: config.max_body_bytes,
            body_timeout: config.body_timeout,
            handler_timeout: config.handler_timeout,
            places: Arc::new(Semaphore::new(config.max_in_flight)),
            ending: ending.clone(),
        }
    }

    /// The whole body, within its size and its time.
    async fn body(&self, body: Body) -> Result<Bytes, Problem> {
        // A size that is announced is refused before anything is read, and before a client that waits for it
        // hears `100 Continue`. A size that is not announced is counted.
        let announced = axum::body::HttpBody::size_hint(&body).lower();
        if announced > u64::try_from(self.max_body_bytes).unwrap_or(u64::MAX) {
            return Err(Problem::plain(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let read = Limited::new(body, self.max_body_bytes).collect();
        match timeout(self.body_timeout, read).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                Err(Problem::plain(StatusCode::PAYLOAD_TOO_LARGE))
            }
            Ok(Err(_)) => Err(Problem::plain(StatusCode::BAD_REQUEST)),
            Err(_) => Err(Problem::plain(StatusCode::REQUEST_TIMEOUT)),
        }
    }
}

/// Around all that may wait or work, and may have to be given up in the end.
pub(super) async fn limit(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let given_up = limits.ending.reached(Phase::Telling);
    tokio::select! {
        biased;
        response = within_limits(&limits, request, next) => response,
        // Told, and not cut off: a client that gets a 503 knows that it has to look what became of its request.
        () = given_up => Problem::plain(StatusCode::SERVICE_UNAVAILABLE).into_response(),
    }
}

async fn within_limits(limits: &Limits, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // Before a place is taken: a slow sender costs memory, up to the limit, and not a place that somebody else
    // could work in.
    let bytes = match limits.body(body).await {
        Ok(bytes) => bytes,
        Err(problem) => return problem.into_response(),
    };
    // A place or none, without a queue: whoever waits here has a client that waits, and the longer the queue the
    // surer it is that the answer comes when nobody wants it any more.
    let Ok(_place) = limits.places.try_acquire() else {
        return Problem::plain(StatusCode::SERVICE_UNAVAILABLE).into_response();
    };
    let handled = next.run(Request::from_parts(parts, Body::from(bytes)));
    match timeout(limits.handler_timeout, handled).await {
        Ok(response) => response,
        Err(_) => Problem::plain(StatusCode::GATEWAY_TIMEOUT).into_response(),
    }
}

/// Tells the connection that a head has arrived, if there is a connection.
pub(super) async fn arrived(request: Request, next: Next) -> Response {
    let heads = request.extensions().get::<ConnectInfo<Heads>>();
    let _serving = heads.map(|ConnectInfo(heads)| heads.arrived());
    next.run(request).await
}
