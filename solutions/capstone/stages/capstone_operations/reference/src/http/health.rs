//! Two questions that an orchestrator asks, and acts upon differently.
//!
//! Architecture invariant: nothing is asked of anybody here. What is known is known before the question comes, so no number
//! of questions is a load on what they are about.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use crate::lifecycle::{Lifecycle, PhaseWatch};
use crate::readiness::{Readiness, Verdict};

/// What is known of the dependencies, once somebody has said who they are.
pub(crate) type Known = Arc<OnceLock<Readiness>>;

/// Both questions, for a service that is not about to stop.
pub fn health(readiness: Readiness) -> Router {
    // What is watched stays as it is when nobody is left who could change it.
    routes(Lifecycle::new().watch(), Arc::new(readiness.into()))
}

pub(crate) fn routes(phase: PhaseWatch, known: Known) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .with_state((phase, known))
}

/// All of it is ours: an address or an error would be read by whoever can reach this.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    checks: BTreeMap<&'static str, &'static str>,
}

impl Health {
    fn of(status: &'static str) -> Self {
        Self {
            status,
            checks: BTreeMap::new(),
        }
    }
}

/// "Would a restart help?" An answer at all is the answer. It takes no state, so that nothing that goes
/// wrong elsewhere, and least of all a drain, can get the process killed.
async fn live() -> Json<Health> {
    Json(Health::of("alive"))
}

/// "Should it be sent more work?"
async fn ready(State((phase, known)): State<(PhaseWatch, Known)>) -> (StatusCode, Json<Health>) {
    let (verdict, checks) = match known.get() {
        Some(readiness) => readiness.verdict().await,
        None => (Verdict::Ready, BTreeMap::new()),
    };
    // Last, as it may have begun meanwhile.
    if !phase.is_serving() {
        let draining = Json(Health::of("draining"));
        return (StatusCode::SERVICE_UNAVAILABLE, draining);
    }
    let (code, status) = match verdict {
        Verdict::Ready => (StatusCode::OK, "ready"),
        Verdict::Degraded => (StatusCode::OK, "degraded"),
        Verdict::Starting => (StatusCode::SERVICE_UNAVAILABLE, "starting"),
        Verdict::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    };
    (code, Json(Health { status, checks }))
}
