//! The articles of a shop, over HTTP.
//!
//! Handlers return what they have, or a [`Problem`]. Which status a failure has is said in this file once for
//! each kind of failure, in the `From`s below, and never in a handler.

mod store;

use std::borrow::Cow;

use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
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
        // axum has the routes, so axum writes `Allow`; this is the body.
        .method_not_allowed_fallback(no_such_method)
        .with_state(store)
}

async fn list(State(store): State<Store>) -> Result<Json<Vec<Article>>, Problem> {
    // No articles are an empty list: the collection is there.
    Ok(Json(store.all()?))
}

async fn add(State(store): State<Store>, Sellable(article): Sellable) -> Result<Response, Problem> {
    store.add(article.clone())?;
    Ok(created(article))
}

async fn show(State(store): State<Store>, Sku(sku): Sku) -> Result<Json<Article>, Problem> {
    Ok(Json(store.get(&sku)?))
}

async fn replace(
    State(store): State<Store>,
    Sku(sku): Sku,
    Sellable(article): Sellable,
) -> Result<Response, Problem> {
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

async fn remove(State(store): State<Store>, Sku(sku): Sku) -> Result<StatusCode, Problem> {
    store.remove(&sku)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn nowhere(uri: Uri) -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        format!("nothing is at {}", uri.path()),
    )
}

async fn no_such_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "`Allow` has the methods of this path",
    )
}

fn created(article: Article) -> Response {
    // An SKU has nothing in it that a path or a header would have to escape: `check` saw to that.
    let location = format!("/articles/{}", article.sku);
    let headers = [(header::LOCATION, location)];
    (StatusCode::CREATED, headers, Json(article)).into_response()
}

/// An article that can be sold has an SKU that fits into a path, a name and a price.
fn check(article: &Article) -> Result<(), &'static str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if article.sku.is_empty() || !article.sku.bytes().all(fits) {
        return Err("`sku` is not of letters, digits and `-`");
    }
    if article.name.trim().is_empty() {
        return Err("`name` is empty");
    }
    if article.cents == 0 {
        return Err("`cents` is 0");
    }
    Ok(())
}

/// The SKU in the path. An extractor of our own for the sake of its refusal: axum's is plain text.
struct Sku(String);

impl<S: Send + Sync> FromRequestParts<S> for Sku {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(sku) = Path::<String>::from_request_parts(parts, state).await?;
        Ok(Self(sku))
    }
}

/// An article from a request's body that could be sold. An extractor, so that no handler can take one in
/// without the check, or answer with the text that axum has for what is no JSON.
struct Sellable(Article);

impl<S: Send + Sync> FromRequest<S> for Sellable {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(article) = Json::<Article>::from_request(request, state).await?;
        // The JSON is good and has the right members; what they say makes no article. That is 422, and 400 is
        // what axum has for a body that is no JSON.
        check(&article).map_err(|wrong| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, wrong))?;
        Ok(Self(article))
    }
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

// axum tells 400, 413, 415 and 422 apart already. All that is wrong is that it does so in plain text.
impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
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
