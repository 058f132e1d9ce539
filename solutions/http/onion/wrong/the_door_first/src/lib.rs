//! What is around every handler.

mod desk;
pub mod layers;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower::ServiceBuilder;

pub use desk::{Desk, Line, Lookup, RequestId, User};

/// Puts the layers around the routes: `private` ones are for users only, `public` ones for everybody.
pub fn onion(private: Router, public: Router, desk: Desk) -> Router {
    let around_all = ServiceBuilder::new()
        .layer(from_fn_with_state(desk.clone(), layers::request_id))
        .layer(from_fn_with_state(desk.clone(), layers::log))
        .layer(from_fn_with_state(desk.clone(), layers::time_limit));
    let private = private
        .layer(around_all.clone())
        .route_layer(from_fn_with_state(desk, layers::auth));
    private.merge(public.layer(around_all))
}
