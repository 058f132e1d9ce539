//! The layers, one function each.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, timeout};

use crate::{Desk, Line, RequestId, User};

/// The header with a request's id, in requests and in answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives each request an id, and its answer the same.
pub async fn request_id(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let sent = request.headers().get(REQUEST_ID);
    let id = sent
        .and_then(|id| id.to_str().ok())
        .filter(|id| is_plain(id))
        .map_or_else(|| (desk.new_id)(), ToOwned::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// An id from outside goes into our logs: it must be short, and nothing in it may look like the next line.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

/// Writes a line for each request.
pub async fn log(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>();
    let id = id.map_or_else(String::new, |id| id.0.clone());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let start = Instant::now();
    let response = next.run(request).await;
    (desk.log)(Line {
        id,
        method,
        path,
        status: response.status(),
        user: response.extensions().get().map(|User(name)| name.clone()),
        took: start.elapsed(),
    });
    response
}

/// Gives up when an answer takes too long.
pub async fn time_limit(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    match timeout(desk.limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "it took too long").into_response(),
    }
}

/// Finds out who asks. Handlers look for the `User` before they do anything.
pub async fn auth(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let mut user = None;
    if let Some(token) = bearer(request.headers()) {
        user = (desk.who)(token.to_owned()).await.map(User);
    }
    if let Some(user) = user.clone() {
        request.extensions_mut().insert(user);
    }
    let mut response = next.run(request).await;
    let Some(user) = user else {
        let ask = [(header::WWW_AUTHENTICATE, "Bearer")];
        return (StatusCode::UNAUTHORIZED, ask).into_response();
    };
    response.extensions_mut().insert(user);
    response
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}
