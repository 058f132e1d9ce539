//! What is around every handler.

mod desk;
pub mod layers;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower::ServiceBuilder;

pub use desk::{Desk, Line, Lookup, RequestId, User};

/// Puts the layers around the routes: `private` ones are for users only, `public` ones for everybody.
///
/// A request passes them from the top down, an answer from the bottom up. Each stands where it does because of
/// what it must see:
///
/// 1. `request_id` is outside of whatever names the request, which is all of them.
/// 2. `log` sees every answer that a client gets, so nothing that makes answers is outside of it.
/// 3. `time_limit` covers all that can be slow; that `auth` is fast is true until the session store is not.
/// 4. `auth` is next to the handlers, and only to those that it is for.
pub fn onion(private: Router, public: Router, desk: Desk) -> Router {
    // `ServiceBuilder` reads as it runs. In a chain of `Router::layer` the last one would be the outermost.
    let around_all = ServiceBuilder::new()
        .layer(from_fn_with_state(desk.clone(), layers::request_id))
        .layer(from_fn_with_state(desk.clone(), layers::log))
        .layer(from_fn_with_state(desk.clone(), layers::time_limit));
    // `route_layer` and not `layer`: what no route has is 404 for everybody, and asks no session store.
    private
        .merge(public)
        .layer(from_fn_with_state(desk, layers::auth))
        // After the merge: a layer covers what is there when it is added.
        .layer(around_all)
}
