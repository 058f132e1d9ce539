//! Two questions that an orchestrator asks, and acts upon differently.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use crate::lifecycle::PhaseWatch;

pub(crate) fn routes(phase: PhaseWatch) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state(phase)
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// "Would a restart help?" An answer at all is the answer. It takes no state, so that nothing that goes
/// wrong elsewhere, and least of all a drain, can get the process killed.
async fn live() -> Json<Health> {
    Json(Health { status: "alive" })
}

/// "Should it be sent more work?"
async fn ready(State(phase): State<PhaseWatch>) -> (StatusCode, Json<Health>) {
    if phase.is_serving() {
        (StatusCode::OK, Json(Health { status: "ready" }))
    } else {
        let health = Health { status: "draining" };
        (StatusCode::SERVICE_UNAVAILABLE, Json(health))
    }
}
