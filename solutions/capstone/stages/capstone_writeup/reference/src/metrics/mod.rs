//! What Prometheus is told about the service.
//!
//! Architecture invariant: no label has a value that a caller chose. Each is one of ours: a method of HTTP, the pattern
//! of a route, a class of statuses, a word for an outcome. So the number of series is known before the first request.

mod text;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{Method, StatusCode};

use self::text::Text;

/// Upper bounds of the histogram's buckets, in seconds, from well below what a read takes to the patience of a client.
const BOUNDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// In place of a name that is none of ours.
const OTHER: &str = "other";

/// What Prometheus is told about the service. Clones share the figures.
#[derive(Debug, Clone, Default)]
pub struct Metrics(Arc<Mutex<Figures>>);

#[derive(Debug, Default)]
struct Figures {
    in_flight: u64,
    requests: BTreeMap<Series, Requests>,
    attempts: [u64; Attempt::ALL.len()],
    lookups: [u64; Lookup::ALL.len()],
    /// By name, which is one of ours.
    dependencies: BTreeMap<&'static str, bool>,
}

/// The labels of a request that has ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    method: &'static str,
    /// From the router: one of its patterns, of which there are as many as somebody has written down.
    route: Arc<str>,
    status: &'static str,
}

#[derive(Debug, Default)]
struct Requests {
    count: u64,
    /// For each bound, and last above all of them: what fell in there, and in no bucket before.
    buckets: [u64; BOUNDS.len() + 1],
    took: Duration,
}

/// What came of an attempt at a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempt {
    Done,
    Retried,
    Buried,
    /// The job was somebody else's by then.
    Lost,
    /// The queue did not take the answer.
    Unanswered,
}

impl Attempt {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Done, "done"),
        (Self::Retried, "retried"),
        (Self::Buried, "buried"),
        (Self::Lost, "lost"),
        (Self::Unanswered, "unanswered"),
    ];
}

/// What came of a look into the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    Hit,
    Miss,
    /// The cache does not answer, or can't be believed.
    Failed,
}

impl Lookup {
    const ALL: [(Self, &'static str); 3] = [
        (Self::Hit, "hit"),
        (Self::Miss, "miss"),
        (Self::Failed, "failed"),
    ];
}

/// What there is to say about a queue when it is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Depth {
    pub(crate) waiting: u64,
    pub(crate) dead: u64,
    /// `None` where nobody knows.
    pub(crate) oldest: Option<Duration>,
}

impl Metrics {
    /// All figures, in Prometheus' text format.
    pub fn render(&self) -> String {
        self.render_with(None)
    }

    pub(crate) fn render_with(&self, queue: Option<Depth>) -> String {
        let mut text = Text::default();
        self.figures().write(&mut text);
        if let Some(queue) = queue {
            queue.write(&mut text);
        }
        text.done()
    }

    /// A request has come in, for the route with this pattern; `None` if nobody serves its path.
    pub(crate) fn request(&self, method: &Method, route: Option<&str>) -> InFlight {
        self.figures().in_flight += 1;
        InFlight {
            metrics: self.clone(),
            labels: Series {
                method: known(method),
                route: Arc::from(route.unwrap_or(OTHER)),
                status: "none",
            },
            took: None,
        }
    }

    pub(crate) fn attempt(&self, outcome: Attempt) {
        self.figures().attempts[outcome as usize] += 1;
    }

    /// Whether the dependency does what is expected of it.
    pub(crate) fn dependency(&self, name: &'static str, up: bool) {
        self.figures().dependencies.insert(name, up);
    }

    pub(crate) fn lookup(&self, outcome: Lookup) {
        self.figures().lookups[outcome as usize] += 1;
    }

    fn figures(&self) -> MutexGuard<'_, Figures> {
        // Nothing panics under this lock, and it is held for some additions or for one text.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that has not ended. It ends when this is dropped, which is also what becomes of it when its client hangs up
/// or its handler panics.
#[derive(Debug)]
pub(crate) struct InFlight {
    metrics: Metrics,
    labels: Series,
    took: Option<Duration>,
}

impl InFlight {
    /// It was answered.
    pub(crate) fn answered(&mut self, status: StatusCode, took: Duration) {
        self.labels.status = class(status);
        self.took = Some(took);
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut figures = self.metrics.figures();
        figures.in_flight -= 1;
        let requests = figures.requests.entry(self.labels.clone()).or_default();
        requests.count += 1;
        // How long somebody waited for nothing says when they lost patience, and not how fast we are.
        if let Some(took) = self.took {
            let bucket = BOUNDS.partition_point(|bound| *bound < took.as_secs_f64());
            requests.buckets[bucket] += 1;
            requests.took += took;
        }
    }
}

/// The methods of HTTP. A client may write another word, and another one each time.
fn known(method: &Method) -> &'static str {
    const METHODS: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ];
    let known = METHODS.into_iter().find(|known| *known == method.as_str());
    known.unwrap_or(OTHER)
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        5 => "5xx",
        _ => OTHER,
    }
}

impl Figures {
    fn write(&self, text: &mut Text) {
        let requests = text.family(
            "http_requests_total",
            "counter",
            "Requests that have ended.",
        );
        for (labels, of) in &self.requests {
            requests.sample("", &labels.list(), of.count as f64);
        }
        text.family(
            "http_requests_in_flight",
            "gauge",
            "Requests that have not ended.",
        )
        .sample("", &[], self.in_flight as f64);
        let durations = text.family(
            "http_request_duration_seconds",
            "histogram",
            "How long answered requests took, up to the head of the answer.",
        );
        for (labels, of) in &self.requests {
            of.write(&labels.list(), durations);
        }
        // Also those that have not happened yet: an alert on a series that is not there does not fire.
        let attempts = text.family("job_attempts_total", "counter", "Attempts at jobs.");
        for ((_, word), count) in Attempt::ALL.iter().zip(self.attempts) {
            attempts.sample("", &[("outcome", *word)], count as f64);
        }
        let lookups = text.family("cache_lookups_total", "counter", "Looks into the cache.");
        for ((_, word), count) in Lookup::ALL.iter().zip(self.lookups) {
            lookups.sample("", &[("outcome", *word)], count as f64);
        }
        if self.dependencies.is_empty() {
            return;
        }
        let dependencies = text.family(
            "dependency_up",
            "gauge",
            "Whether a dependency does what is expected of it.",
        );
        for (name, up) in &self.dependencies {
            dependencies.sample("", &[("dependency", *name)], f64::from(*up));
        }
    }
}

impl Series {
    fn list(&self) -> [(&str, &str); 3] {
        [
            ("method", self.method),
            ("route", &self.route),
            ("status", self.status),
        ]
    }
}

impl Requests {
    fn write(&self, labels: &[(&str, &str)], durations: &mut Text) {
        let answered: u64 = self.buckets.iter().sum();
        if answered == 0 {
            return;
        }
        let bounds = BOUNDS.iter().map(f64::to_string);
        let mut so_far = 0;
        for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(self.buckets) {
            so_far += count;
            let labels = [labels, &[("le", &*bound)]].concat();
            durations.sample("_bucket", &labels, so_far as f64);
        }
        durations.sample("_sum", labels, self.took.as_secs_f64());
        durations.sample("_count", labels, answered as f64);
    }
}

impl Depth {
    fn write(&self, text: &mut Text) {
        text.family("job_queue_depth", "gauge", "Jobs that are not done.")
            .sample("", &[], self.waiting as f64);
        text.family("job_queue_dead", "gauge", "Jobs that are not tried again.")
            .sample("", &[], self.dead as f64);
        if let Some(oldest) = self.oldest {
            text.family(
                "job_queue_oldest_age_seconds",
                "gauge",
                "How long the oldest job that is not done has been there.",
            )
            .sample("", &[], oldest.as_secs_f64());
        }
    }
}
