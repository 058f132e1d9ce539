//! What whoever sends requests gets to know of the service's end.

use axum::extract::State;
use axum::http::StatusCode;

use super::problem::Problem;
use crate::ending::{Ending, Phase};

/// Whether to send requests here. `/ping` asks for something else, whether to restart this process, and stays as it is.
pub(super) async fn ready(State(ending): State<Ending>) -> Result<&'static str, Problem> {
    if ending.is_at(Phase::Notice) {
        return Err(Problem::plain(StatusCode::SERVICE_UNAVAILABLE));
    }
    Ok("ready")
}
