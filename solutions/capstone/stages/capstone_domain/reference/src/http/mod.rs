//! The HTTP surface: what every service answers, around the routes that make this one useful.

mod health;
mod requests;

use axum::{Router, middleware};

use crate::lifecycle::PhaseWatch;

pub(crate) use requests::Requests;

/// Health and `routes`, with every request followed from its first byte of head to its answer.
pub(crate) fn router(routes: Router, phase: PhaseWatch, requests: Requests) -> Router {
    health::routes(phase)
        .merge(routes)
        // Last, because a layer wraps what was added before it. That includes the 404 of a path that
        // nobody serves, which is a request like any other.
        .layer(middleware::from_fn_with_state(requests, requests::follow))
}
