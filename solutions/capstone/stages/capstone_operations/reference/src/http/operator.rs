//! What operators and their machines ask. For a listener that callers do not reach: how much of what goes wrong, and
//! when nobody is here, is for nobody else to know.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::time;
use tracing::warn;

use crate::metrics::{Depth, Metrics};
use crate::ports::{Backlog, Clock, JobQueue};
use crate::telemetry;

/// How long the queue may take. Prometheus waits for 10 s, and what is measured here is not to be lost with the rest.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone)]
struct Sources {
    metrics: Metrics,
    queue: Arc<dyn JobQueue>,
    clock: Arc<dyn Clock>,
}

/// `/metrics`, for [`Application::for_operators`](crate::Application::for_operators).
pub fn operator(metrics: Metrics, queue: Arc<dyn JobQueue>, clock: Arc<dyn Clock>) -> Router {
    let sources = Sources {
        metrics,
        queue,
        clock,
    };
    Router::new()
        .route("/metrics", get(scrape))
        .with_state(sources)
}

async fn scrape(State(sources): State<Sources>) -> impl IntoResponse {
    // Asked now and not kept up to date meanwhile: two processes work on one queue, and neither knows what the other
    // has taken.
    let depth = match time::timeout(PATIENCE, sources.queue.backlog()).await {
        Ok(Ok(backlog)) => backlog.map(|it| depth(it, &*sources.clock)),
        // Left out, so that the graph has a gap: a last value that is repeated looks like a queue that stands still.
        Ok(Err(error)) => {
            let error = telemetry::chain(&error);
            warn!(error, "the queue is left out of the metrics");
            None
        }
        Err(_) => {
            warn!("the queue is left out of the metrics: it does not answer");
            None
        }
    };
    let text = sources.metrics.render_with(depth);
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
}

fn depth(backlog: Backlog, clock: &dyn Clock) -> Depth {
    let now = clock.now().millis();
    let oldest = match backlog.oldest {
        // A clock that was set back makes no job younger than new.
        Some(left) => Some(Duration::from_millis(now.saturating_sub(left.millis()))),
        None => (backlog.waiting == 0).then_some(Duration::ZERO),
    };
    Depth {
        waiting: backlog.waiting,
        dead: backlog.dead,
        oldest,
    }
}
