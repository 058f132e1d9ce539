//! The queue's figures, as Prometheus reads them.
//!
//! Architecture invariant: nothing is counted here. What a restart must not lose is in the store, and no label has a value
//! that a client has chosen.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::task::spawn_blocking;

use crate::api::Problem;
use crate::clock::Clock;
use crate::store::{Census, Metered};
use crate::tally::{BOUNDS, Count, Tally};
use crate::time::Timestamp;

/// All figures, of one moment. As text they are what Prometheus reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    census: Census,
    tally: Tally,
    now: Timestamp,
}

impl Figures {
    pub(crate) fn new(census: Census, tally: Tally, _lapsed: u64, now: Timestamp) -> Self {
        Self { census, tally, now }
    }

    fn count(&self, count: Count) -> u64 {
        self.tally.get(&count).copied().unwrap_or_default()
    }
}

/// `GET /metrics`. A router of its own, for a port of its own: it is for whoever runs the service.
pub fn metrics(store: Arc<dyn Metered>, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/metrics", get(scrape))
        .with_state((store, clock))
}

type Source = (Arc<dyn Metered>, Arc<dyn Clock>);

async fn scrape(State((store, clock)): State<Source>) -> Result<Response, Problem> {
    let now = clock.now();
    match spawn_blocking(move || store.figures(now)).await {
        Ok(Ok(figures)) => {
            let kind = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
            Ok((kind, figures.to_string()).into_response())
        }
        // Nothing is better than noughts: a scrape that fails is seen, and a counter that begins anew looks like a restart.
        Ok(Err(_)) | Err(_) => Err(Problem::store_away()),
    }
}

/// Exact up to 285,000 years.
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1_000.0
}

fn family(f: &mut fmt::Formatter<'_>, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(f, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.jobs(f)?;
        self.attempts(f)?;
        self.latency(f)
    }
}

impl Figures {
    fn jobs(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let census = &self.census;
        let name = "worker_queue_jobs";
        family(f, name, "gauge", "Jobs by where they stand.")?;
        for (state, jobs) in [
            ("ready", census.ready),
            ("waiting", census.waiting),
            ("leased", census.leased),
            ("done", census.done),
            ("dead", census.dead),
            ("cancelled", census.cancelled),
        ] {
            writeln!(f, "{name}{{state=\"{state}\"}} {jobs}")?;
        }
        let name = "worker_queue_oldest_ready_seconds";
        let help = "For how long the job that has been ready for longest has been.";
        family(f, name, "gauge", help)?;
        let oldest = census.oldest.unwrap_or(self.now);
        let age = self.now.millis().saturating_sub(oldest.millis());
        writeln!(f, "{name} {}", seconds(age))
    }

    fn attempts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = "worker_queue_leases_total";
        family(f, name, "counter", "Jobs handed out.")?;
        writeln!(f, "{name} {}", self.count(Count::Leases))?;
        let name = "worker_queue_attempts_total";
        family(f, name, "counter", "Leases that are over, by how.")?;
        for outcome in Count::OUTCOMES {
            let (label, attempts) = (outcome.name(), self.count(outcome));
            writeln!(f, "{name}{{outcome=\"{label}\"}} {attempts}")?;
        }
        Ok(())
    }

    fn latency(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = "worker_queue_latency_seconds";
        let help = "From when a job was accepted until it was done.";
        family(f, name, "histogram", help)?;
        // Kept by class, told by bound: each bucket has all that the ones before it have.
        let mut jobs = 0;
        for (class, bound) in BOUNDS.iter().enumerate() {
            jobs += self.count(Count::Took(class));
            let bound = seconds(*bound);
            writeln!(f, "{name}_bucket{{le=\"{bound}\"}} {jobs}")?;
        }
        jobs += self.count(Count::Took(BOUNDS.len()));
        writeln!(f, "{name}_bucket{{le=\"+Inf\"}} {jobs}")?;
        writeln!(f, "{name}_sum {}", seconds(self.count(Count::TookMillis)))?;
        writeln!(f, "{name}_count {jobs}")
    }
}
