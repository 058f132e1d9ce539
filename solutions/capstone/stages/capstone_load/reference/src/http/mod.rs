//! The HTTP surface: what every service answers, around the routes that make this one useful.

mod accounts;
mod extract;
mod health;
mod limits;
mod operator;
mod problem;
mod requests;
mod tasks;
mod updates;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};

use crate::accounts::Accounts;
use crate::lifecycle::PhaseWatch;
use crate::live::Door;
use crate::ports::Callers;
use crate::tasks::Tasks;
use problem::Problem;

pub(crate) use health::Known;
pub use health::health;
pub use limits::limited;
pub use operator::operator;
pub(crate) use requests::Requests;

/// Health and `routes`.
pub(crate) fn router(routes: Router, phase: PhaseWatch, known: Known) -> Router {
    health::routes(phase, known).merge(routes)
}

/// All of them, with every request followed from its first byte of head to its answer.
pub(crate) fn followed(router: Router, requests: Requests) -> Router {
    router
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

/// The routes of a service that has tasks and nothing else; who calls is known from elsewhere.
pub fn api(tasks: Tasks, callers: Arc<dyn Callers>) -> Router {
    Routes::new(tasks, callers).router()
}

/// The routes of the service, for [`Application::build`](crate::Application::build). What is not added is not there,
/// and there is one place for what holds for all of them: what nobody serves, and how large a body may be.
pub struct Routes {
    api: Api,
    added: Router,
}

impl Routes {
    /// Tasks, for the users that `callers` knows.
    pub fn new(tasks: Tasks, callers: Arc<dyn Callers>) -> Self {
        Self {
            api: Api { tasks, callers },
            added: Router::new(),
        }
    }

    /// Registration and sessions.
    #[must_use]
    pub fn accounts(self, accounts: Accounts) -> Self {
        let routes = accounts::routes(self.api.clone(), accounts);
        self.with(routes)
    }

    /// Live updates, to those who come in at this door.
    #[must_use]
    pub fn updates(self, door: Door) -> Self {
        let routes = updates::routes(self.api.clone(), door);
        self.with(routes)
    }

    /// Whatever else is to be served.
    ///
    /// # Panics
    ///
    /// If `routes` has a route that is taken, or a fallback of its own, which is a bug in the program.
    #[must_use]
    pub fn with(mut self, routes: Router) -> Self {
        self.added = self.added.merge(routes);
        self
    }

    /// All of them.
    pub fn router(self) -> Router {
        tasks::routes()
            .with_state(self.api)
            .merge(self.added)
            // For what is routed so far, so it comes after the routes.
            .method_not_allowed_fallback(async || Problem::method_not_allowed())
            .fallback(async || Problem::not_found())
            .layer(DefaultBodyLimit::max(LARGEST_BODY))
    }
}
