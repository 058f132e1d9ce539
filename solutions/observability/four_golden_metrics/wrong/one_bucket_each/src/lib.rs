//! What a service tells Prometheus about its requests.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The label of what has a name that was not foreseen.
const OTHER: &str = "other";

/// The status of a request that ended without an answer.
const NONE: &str = "none";

/// The methods of HTTP. A client may write anything in this place.
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

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
    routes: Vec<String>,
    buckets: Vec<Duration>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    in_flight: u64,
    /// By series. The key has no text of a client's in it, so that it can take no other values than ours.
    requests: BTreeMap<Series, u64>,
    durations: BTreeMap<Option<usize>, Histogram>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    method: &'static str,
    /// The number of the route; `None` for a path that no route takes.
    route: Option<usize>,
    /// `None` if there was no answer.
    status: Option<u16>,
}

#[derive(Debug)]
struct Histogram {
    /// For each bound, and last for those over all bounds: what falls into this bucket and no earlier one.
    counts: Vec<u64>,
    sum: Duration,
}

impl Metrics {
    /// Metrics of a service with these routes, such as `/users/{id}`, in order of precedence, and these bounds of
    /// the histogram's buckets, in ascending order.
    pub fn new(routes: &[&str], buckets: &[Duration]) -> Self {
        Self {
            routes: routes.iter().map(|&route| route.to_owned()).collect(),
            buckets: buckets.to_vec(),
            state: Mutex::default(),
        }
    }

    /// A request has come in.
    pub fn begin(&self, request: &Request<'_>) -> InFlight<'_> {
        let mut methods = METHODS.into_iter();
        let series = Series {
            method: methods.find(|&m| m == request.method).unwrap_or(OTHER),
            route: self
                .routes
                .iter()
                .position(|route| takes(route, request.path)),
            status: None,
        };
        self.state().in_flight += 1;
        InFlight {
            metrics: self,
            series,
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
        for (series, count) in &state.requests {
            let status = series.status.map(|status| status.to_string());
            let labels = [
                ("method", series.method),
                ("route", self.route(series.route)),
                ("status", status.as_deref().unwrap_or(NONE)),
            ];
            line(out, "http_requests_total", &labels, count);
        }
        family(
            out,
            "http_requests_in_flight",
            "gauge",
            "Requests that have not ended.",
        );
        line(out, "http_requests_in_flight", &[], state.in_flight);
        let name = "http_request_duration_seconds";
        family(out, name, "histogram", "How long answered requests took.");
        for (route, histogram) in &state.durations {
            let route = ("route", self.route(*route));
            let bounds = self
                .buckets
                .iter()
                .map(|bound| bound.as_secs_f64().to_string());
            let mut so_far = 0;
            for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(&histogram.counts) {
                so_far += count;
                line(
                    out,
                    &format!("{name}_bucket"),
                    &[route, ("le", &bound)],
                    count,
                );
            }
            line(
                out,
                &format!("{name}_sum"),
                &[route],
                histogram.sum.as_secs_f64(),
            );
            line(out, &format!("{name}_count"), &[route], so_far);
        }
        text
    }

    fn route(&self, number: Option<usize>) -> &str {
        number.map_or(OTHER, |number| &self.routes[number])
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that has not ended yet. It ends when this is dropped, with an answer or without: a client hangs up, a
/// handler panics, and a gauge that only goes up is worse than none.
#[derive(Debug)]
pub struct InFlight<'m> {
    metrics: &'m Metrics,
    series: Series,
}

impl InFlight<'_> {
    /// The request was answered, and took so long.
    pub fn end(mut self, status: u16, took: Duration) {
        self.series.status = Some(status);
        let bounds = &self.metrics.buckets;
        let bucket = bounds.partition_point(|bound| *bound < took);
        let mut state = self.metrics.state();
        let histogram = state.durations.entry(self.series.route);
        let histogram = histogram.or_insert_with(|| Histogram {
            counts: vec![0; bounds.len() + 1],
            sum: Duration::ZERO,
        });
        histogram.counts[bucket] += 1;
        histogram.sum += took;
        // Locals are dropped before parameters: the lock is free again when `self` takes it.
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        let mut state = self.metrics.state();
        state.in_flight -= 1;
        *state.requests.entry(self.series).or_default() += 1;
    }
}

/// Whether a path has as many segments as the route, each the same or where the route has something in braces.
fn takes(route: &str, path: &str) -> bool {
    let same = |(wanted, found): (&str, &str)| wanted.starts_with('{') || wanted == found;
    route.split('/').count() == path.split('/').count()
        && route.split('/').zip(path.split('/')).all(same)
}

/// What precedes the samples of a metric.
fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// A sample.
fn line(out: &mut String, name: &str, labels: &[(&str, &str)], value: impl Display) {
    let labels: Vec<String> = labels
        .iter()
        .map(|(label, value)| format!("{label}=\"{}\"", escaped(value)))
        .collect();
    let _ = writeln!(out, "{name}{{{}}} {value}", labels.join(","));
}

/// The backslash first, or it would escape the escapes.
fn escaped(value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"");
    value.replace('\n', "\\n")
}
