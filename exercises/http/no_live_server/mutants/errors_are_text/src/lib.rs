//! Short links: made, followed, counted and deleted over HTTP.
//!
//! | request | answer |
//! |---|---|
//! | `POST /links` with `{"target": "…"}` as JSON | 201, the link's path in `Location`, and the link |
//! | `GET /links/{id}` | 200 and the link. To look is not to visit |
//! | `GET /go/{id}` | 307 to the target: a visit |
//! | `DELETE /links/{id}` | 204 without a body. From then on the link is unknown everywhere |
//!
//! A link is a JSON object with `id` and `target` as text and `visits` as a number. An id is any text
//! that fits into a path, and none is used twice.
//!
//! A refusal is a JSON object, too, with the reason as text in `error`, whatever its words. An unknown id
//! or path is answered with 404, another method on a known path with 405, a body that is not JSON with
//! 400, one without its content type with 415, one of more than [`MAX_BODY`] bytes with 413, and one
//! without a `target`, or with a `target` that no header can carry (it has a line break), with 422.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::rejection::JsonRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How many bytes a request may bring.
pub const MAX_BODY: usize = 1_024;

/// All links of a service. Clones are handles to the same links.
#[derive(Clone, Default)]
pub struct Links(Arc<Mutex<Store>>);

#[derive(Default)]
struct Store {
    /// How many were ever made: also when some are deleted, the next id is a new one.
    made: u64,
    by_id: HashMap<String, Link>,
}

struct Link {
    target: String,
    visits: u64,
}

impl Links {
    /// No links yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.0.lock().expect("no handler panics while it has it")
    }
}

/// Answers requests from `listener` until the process ends.
///
/// # Errors
///
/// Fails if the listener does.
pub async fn serve(listener: TcpListener, links: Links) -> io::Result<()> {
    axum::serve(listener, router(links)).await
}

/// The routes of the service, for `links`.
pub fn router(links: Links) -> Router {
    Router::new()
        .route("/links", post(make))
        .route("/links/{id}", get(show).delete(forget))
        .route("/go/{id}", get(follow))
        .fallback(async || unknown())
        .method_not_allowed_fallback(async || {
            refuse(
                StatusCode::METHOD_NOT_ALLOWED,
                "this path has other methods",
            )
        })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(links)
}

/// What is asked for.
#[derive(Deserialize)]
struct Wish {
    target: String,
}

async fn make(State(links): State<Links>, wish: Result<Json<Wish>, JsonRejection>) -> Response {
    let Json(Wish { target }) = match wish {
        Ok(wish) => wish,
        Err(rejection) => return refuse(rejection.status(), &rejection.body_text()),
    };
    if HeaderValue::from_str(&target).is_err() {
        return refuse(
            StatusCode::UNPROCESSABLE_ENTITY,
            "no header can carry this target",
        );
    }
    let mut store = links.store();
    store.made += 1;
    let id = store.made.to_string();
    let link = Link { target, visits: 0 };
    let location = [(header::LOCATION, format!("/links/{id}"))];
    let view = view(&id, &link);
    store.by_id.insert(id, link);
    (StatusCode::CREATED, location, Json(view)).into_response()
}

async fn show(State(links): State<Links>, Path(id): Path<String>) -> Response {
    match links.store().by_id.get(&id) {
        Some(link) => Json(view(&id, link)).into_response(),
        None => unknown(),
    }
}

async fn follow(State(links): State<Links>, Path(id): Path<String>) -> Response {
    let mut store = links.store();
    let Some(link) = store.by_id.get_mut(&id) else {
        return unknown();
    };
    link.visits += 1;
    let location = [(header::LOCATION, link.target.clone())];
    // Not 301 or 308: a browser would remember it, and go past the counter from then on.
    (StatusCode::TEMPORARY_REDIRECT, location).into_response()
}

async fn forget(State(links): State<Links>, Path(id): Path<String>) -> Response {
    match links.store().by_id.remove(&id) {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => unknown(),
    }
}

fn view(id: &str, link: &Link) -> Value {
    json!({ "id": id, "target": link.target, "visits": link.visits })
}

fn unknown() -> Response {
    refuse(StatusCode::NOT_FOUND, "there is nothing at this path")
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, json!({ "error": error }).to_string()).into_response()
}
