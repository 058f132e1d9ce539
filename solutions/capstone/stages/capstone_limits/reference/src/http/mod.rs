//! The HTTP surface: what every service answers, around the routes that make this one useful.

mod extract;
mod health;
mod limits;
mod problem;
mod requests;
mod tasks;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};

use crate::lifecycle::PhaseWatch;
use crate::ports::Callers;
use crate::tasks::Tasks;
use problem::Problem;

pub use limits::limited;
pub(crate) use requests::Requests;

/// Health and `routes`, with every request followed from its first byte of head to its answer.
pub(crate) fn router(routes: Router, phase: PhaseWatch, requests: Requests) -> Router {
    health::routes(phase)
        .merge(routes)
        // Last, because a layer wraps what was added before it. That includes the 404 of a path that
        // nobody serves, which is a request like any other.
        .layer(middleware::from_fn_with_state(requests, requests::follow))
}

/// The largest body of a request, in bytes. A task has a title of at most 800.
const LARGEST_BODY: usize = 16 * 1024;

/// What the handlers of the API work with.
#[derive(Clone)]
pub(crate) struct Api {
    tasks: Tasks,
    callers: Arc<dyn Callers>,
}

/// The routes of the service itself, for [`Application::build`](crate::Application::build).
pub fn api(tasks: Tasks, callers: Arc<dyn Callers>) -> Router {
    tasks::routes()
        // For what is routed so far, so it comes after the routes.
        .method_not_allowed_fallback(async || Problem::method_not_allowed())
        .fallback(async || Problem::not_found())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(Api { tasks, callers })
}
