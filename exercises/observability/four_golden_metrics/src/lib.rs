//! What a service tells Prometheus about its requests.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A request, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub struct Request<'r> {
    /// The method, as the client wrote it.
    pub method: &'r str,
    /// The path, without the query.
    pub path: &'r str,
    /// Who is asking, if they said so.
    pub user: Option<&'r str>,
}

/// The metrics of all requests.
#[derive(Debug)]
pub struct Metrics {
    buckets: Vec<Duration>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    in_flight: u64,
    /// By labels.
    requests: BTreeMap<String, u64>,
    durations: BTreeMap<String, Histogram>,
}

#[derive(Debug, Default)]
struct Histogram {
    counts: BTreeMap<Duration, u64>,
    sum: Duration,
    count: u64,
}

impl Metrics {
    /// Metrics of a service with these routes, such as `/users/{id}`, in order of precedence, and these bounds of
    /// the histogram's buckets, in ascending order.
    pub fn new(_routes: &[&str], buckets: &[Duration]) -> Self {
        Self {
            buckets: buckets.to_vec(),
            state: Mutex::default(),
        }
    }

    /// A request has come in.
    pub fn begin(&self, request: &Request<'_>) -> InFlight<'_> {
        self.state().in_flight += 1;
        let user = request.user.unwrap_or("anonymous");
        InFlight {
            metrics: self,
            labels: format!("method=\"{}\",user=\"{user}\"", request.method),
            route: request.path.to_owned(),
        }
    }

    /// The metrics in Prometheus's text format.
    pub fn render(&self) -> String {
        let state = self.state();
        let mut text = String::new();
        let out = &mut text;
        family(
            out,
            "http_requests_total",
            "counter",
            "Requests that have ended.",
        );
        for (labels, count) in &state.requests {
            line(out, "http_requests_total", labels, count);
        }
        family(
            out,
            "http_requests_in_flight",
            "gauge",
            "Requests that have not ended.",
        );
        line(out, "http_requests_in_flight", "", state.in_flight);
        let name = "http_request_duration_seconds";
        family(out, name, "histogram", "How long answered requests took.");
        for (route, histogram) in &state.durations {
            for (bound, count) in &histogram.counts {
                let labels = format!("route=\"{route}\",le=\"{}\"", bound.as_secs_f64());
                line(out, &format!("{name}_bucket"), &labels, count);
            }
            let labels = format!("route=\"{route}\"");
            line(
                out,
                &format!("{name}_sum"),
                &labels,
                histogram.sum.as_millis(),
            );
            line(out, &format!("{name}_count"), &labels, histogram.count);
        }
        text
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that has not ended yet.
#[derive(Debug)]
pub struct InFlight<'m> {
    metrics: &'m Metrics,
    labels: String,
    route: String,
}

impl InFlight<'_> {
    /// The request was answered, and took so long.
    pub fn end(self, status: u16, took: Duration) {
        let mut state = self.metrics.state();
        state.in_flight -= 1;
        let labels = format!(
            "{},route=\"{}\",status=\"{status}\"",
            self.labels, self.route
        );
        *state.requests.entry(labels).or_default() += 1;
        let histogram = state.durations.entry(self.route).or_default();
        if let Some(bound) = self.metrics.buckets.iter().find(|bound| took <= **bound) {
            *histogram.counts.entry(*bound).or_default() += 1;
        }
        histogram.sum += took;
        histogram.count += 1;
    }
}

/// What precedes the samples of a metric.
fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// A sample.
fn line(out: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ = writeln!(out, "{name}{{{labels}}} {value}");
}
