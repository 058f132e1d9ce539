//! What is around every handler.

mod desk;
pub mod layers;

use axum::Router;
use axum::middleware::from_fn_with_state;

pub use desk::{Desk, Line, Lookup, RequestId, User};

/// Puts the layers around the routes: `private` ones are for users only, `public` ones for everybody.
pub fn onion(private: Router, public: Router, desk: Desk) -> Router {
    private
        .route_layer(from_fn_with_state(desk.clone(), layers::auth))
        .merge(public)
        .layer(from_fn_with_state(desk, layers::around))
}
