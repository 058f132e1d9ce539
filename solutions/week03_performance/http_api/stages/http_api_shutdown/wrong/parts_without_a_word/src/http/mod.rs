//! The service as its clients see it.

mod body;
mod etag;
mod limits;
mod observe;
mod page;
mod parcels;
mod problem;
mod ready;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware;
use axum::routing::get;

pub use self::observe::RequestId;

use self::limits::{Limits, arrived, limit};
use self::observe::{Observer, observe};
use self::problem::Problem;
use self::ready::ready;
use crate::config::Config;
use crate::ending::Ending;
use crate::store::Store;

/// All routes, and `more` beside them. Clones share the parcels.
pub(crate) fn router(
    config: &Config,
    parcels: Arc<dyn Store>,
    ending: &Ending,
    more: Router,
) -> Router {
    let limits = Limits::of(config, ending);
    let observer = Observer::new(Arc::clone(&config.log));
    Router::new()
        .route("/parcels", get(parcels::list).post(parcels::add))
        .route(
            "/parcels/{id}",
            get(parcels::get)
                .put(parcels::replace)
                .delete(parcels::remove),
        )
        .with_state(parcels)
        .merge(more)
        .fallback(async || Problem::plain(StatusCode::NOT_FOUND))
        // The limit is ours; axum's own would be a second one.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(limits, limit))
        // Behind the limits, and so outside of them: a service that is busy is up.
        .route("/ping", get(|| async { "pong" }))
        .route("/ready", get(ready).with_state(ending.clone()))
        .method_not_allowed_fallback(async || Problem::plain(StatusCode::METHOD_NOT_ALLOWED))
        // Last, and so around all of the above: the fallbacks and the limits too.
        .layer(middleware::from_fn_with_state(observer, observe))
        .layer(middleware::from_fn(arrived))
}
