//! The articles of a shop, over HTTP.
//!
//! Handlers and axum's extractors refuse as they like; a layer around all routes gives every refusal its form.

mod store;

use std::borrow::Cow;

use axum::body::to_bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

pub use store::{Article, Put, Store, StoreError};

/// How long a client is asked to wait while the database is away, in seconds. Long enough that a fleet of them
/// does not stand at its door while it starts.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// The content type of a problem.
const PROBLEM: &str = "application/problem+json";

/// The routes of the service.
pub fn router(store: Store) -> Router {
    Router::new()
        .route("/articles", get(list).post(add))
        .route("/articles/{sku}", get(show).put(replace).delete(remove))
        .fallback(nowhere)
        .layer(map_response(as_problem))
        .with_state(store)
}

async fn list(State(store): State<Store>) -> Result<Json<Vec<Article>>, Problem> {
    // No articles are an empty list: the collection is there.
    Ok(Json(store.all()?))
}

async fn add(
    State(store): State<Store>,
    Json(article): Json<Article>,
) -> Result<Response, Problem> {
    check(&article)?;
    store.add(article.clone())?;
    Ok(created(article))
}

async fn show(
    State(store): State<Store>,
    Path(sku): Path<String>,
) -> Result<Json<Article>, Problem> {
    Ok(Json(store.get(&sku)?))
}

async fn replace(
    State(store): State<Store>,
    Path(sku): Path<String>,
    Json(article): Json<Article>,
) -> Result<Response, Problem> {
    check(&article)?;
    if article.sku != sku {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "`sku` is not the one in the path",
        ));
    }
    Ok(match store.put(article.clone())? {
        Put::Created => created(article),
        Put::Replaced => Json(article).into_response(),
    })
}

async fn remove(
    State(store): State<Store>,
    Path(sku): Path<String>,
) -> Result<StatusCode, Problem> {
    store.remove(&sku)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn nowhere(uri: Uri) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        format!("nothing is at {}", uri.path()),
    )
}

fn created(article: Article) -> Response {
    // An SKU has nothing in it that a path or a header would have to escape: `check` saw to that.
    let location = format!("/articles/{}", article.sku);
    let headers = [(header::LOCATION, location)];
    (StatusCode::CREATED, headers, Json(article)).into_response()
}

/// An article that can be sold has an SKU that fits into a path, a name and a price.
fn check(article: &Article) -> Result<(), Problem> {
    let wrong = |detail: &'static str| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if article.sku.is_empty() || !article.sku.bytes().all(fits) {
        return wrong("`sku` is not of letters, digits and `-`");
    }
    if article.name.trim().is_empty() {
        return wrong("`name` is empty");
    }
    if article.cents == 0 {
        return wrong("`cents` is 0");
    }
    Ok(())
}

/// Turns what axum refuses into a problem: the extractors' text becomes its `detail`. Headers such as `Allow`
/// stay as they are.
async fn as_problem(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let kind = head.headers.get(header::CONTENT_TYPE);
    let is_problem = kind.is_some_and(|kind| kind == PROBLEM);
    if is_problem || !(head.status.is_client_error() || head.status.is_server_error()) {
        return Response::from_parts(head, body);
    }
    let text = match to_bytes(body, 64 << 10).await {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    };
    let reason = head.status.canonical_reason().unwrap_or("refused");
    let detail = if text.is_empty() {
        reason.to_owned()
    } else {
        text
    };
    let problem = Problem::new(head.status, detail).into_response();
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.extend(problem.headers().clone());
    Response::from_parts(head, problem.into_body())
}

/// A refusal, as RFC 9457 writes it.
#[derive(Debug)]
struct Problem {
    status: StatusCode,
    detail: Cow<'static, str>,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            detail: detail.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Missing => Self::new(StatusCode::NOT_FOUND, "no article has this SKU"),
            StoreError::Taken => Self::new(
                StatusCode::CONFLICT,
                "an article has this SKU already; `PUT` would replace it",
            ),
            // Why it is down is for our log. It may say where the database is, and with which password.
            StoreError::Down(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "articles can't be reached at the moment; nothing was changed",
            ),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let kind = [(header::CONTENT_TYPE, PROBLEM)];
        let mut response = (self.status, kind, body.to_string()).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}
