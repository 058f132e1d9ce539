//! The articles of a shop, over HTTP.
//!
//! Handlers return what they have, or a [`Problem`]. Which status a failure has is said in this file once for
//! each kind of failure, in the `From`s below, and never in a handler.

mod store;

use std::borrow::Cow;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

pub use store::{Article, Put, Store, StoreError};

/// How long a client is asked to wait while the database is away, in seconds. Long enough that a fleet of them
/// does not stand at its door while it starts.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

/// The routes of the service.
pub fn router(store: Store) -> Router {
    Router::new()
        .route("/articles", get(list).post(add))
        .route("/articles/{sku}", get(show).put(replace).delete(remove))
        .fallback(nowhere)
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
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, kind, body.to_string()).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        response
    }
}
