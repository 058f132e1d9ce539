//! The service as its clients see it.

mod body;
mod etag;
mod page;
mod parcels;
mod problem;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;

use self::problem::Problem;
use crate::memory::Memory;

/// All routes. Clones share the parcels.
pub(crate) fn router(parcels: Arc<Memory>) -> Router {
    Router::new()
        .route("/ping", get(|| async { "pong" }))
        .route("/parcels", get(parcels::list).post(parcels::add))
        .route(
            "/parcels/{id}",
            get(parcels::get)
                .put(parcels::replace)
                .delete(parcels::remove),
        )
        .fallback(async || Problem::plain(StatusCode::NOT_FOUND))
        .method_not_allowed_fallback(async || Problem::plain(StatusCode::METHOD_NOT_ALLOWED))
        .with_state(parcels)
}
