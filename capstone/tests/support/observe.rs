// What it takes to look at a service as an operator does: its metrics, its log, and a clock whose hands one moves.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use capstone::domain::Timestamp;
use capstone::metrics::Metrics;
use capstone::ports::{
    Backlog, Clock, DeadJob, Held, Ids, JobQueue, Leased, Pending, Receipt, StoreError,
};
use capstone::telemetry::{self, Levels};
use capstone::{Application, Config, Report};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time;
use tracing::subscriber::DefaultGuard;

use super::support::{Answer, Log, exchange, field, listed};

/// Only a failing test waits for so long.
const LONG: Duration = Duration::from_secs(20);

// ── metrics ────────────────────────────────────────────────────────────────────────────────────────

/// A text as Prometheus reads it: what it would refuse is refused here.
pub struct Scrape {
    pub text: String,
    /// By name and labels, these in alphabetical order.
    samples: BTreeMap<(String, String), f64>,
}

impl Scrape {
    pub fn read(text: &str) -> Self {
        assert!(
            text.is_empty() || text.ends_with('\n'),
            "the last line of a text for Prometheus ends, too:\n{text}"
        );
        let mut types: BTreeMap<&str, &str> = BTreeMap::new();
        let mut samples = BTreeMap::new();
        for line in text.lines() {
            if let Some(typed) = line.strip_prefix("# TYPE ") {
                let (name, kind) = typed.split_once(' ').unwrap_or((typed, ""));
                let before = types.insert(name, kind);
                assert_eq!(before, None, "there are two TYPEs of {name}:\n{text}");
                continue;
            }
            if line.starts_with('#') || line.is_empty() {
                continue;
            }
            let (name, labels, value) =
                sample(line).unwrap_or_else(|| panic!("`{line}` is no sample:\n{text}"));
            let metric = ["_bucket", "_sum", "_count"]
                .iter()
                .filter_map(|part| name.strip_suffix(part))
                .find(|metric| types.get(metric) == Some(&"histogram"))
                .unwrap_or(&name);
            assert!(
                types.contains_key(metric),
                "there is no TYPE of {metric} before its first sample:\n{text}"
            );
            let before = samples.insert((name, labels), value);
            assert_eq!(
                before, None,
                "`{line}` is there twice, and Prometheus refuses all of the text:\n{text}"
            );
        }
        Self {
            text: text.to_owned(),
            samples,
        }
    }

    /// The series of this name: labels and value.
    pub fn of(&self, name: &str) -> Vec<(String, f64)> {
        let of_name = self.samples.iter().filter(|((it, _), _)| it == name);
        of_name
            .map(|((_, labels), value)| (labels.clone(), *value))
            .collect()
    }

    /// As `name`, or as `name{a="…",b="…"}`.
    pub fn get(&self, series: &str) -> Option<f64> {
        let at = series.find('{').unwrap_or(series.len());
        let (name, labels) = series.split_at(at);
        let key = (name.to_owned(), labels.to_owned());
        self.samples.get(&key).copied()
    }

    pub fn value(&self, series: &str) -> f64 {
        let found = self.get(series);
        found.unwrap_or_else(|| panic!("there is no sample `{series}` in:\n{}", self.text))
    }

    pub fn in_flight(&self) -> f64 {
        self.value("http_requests_in_flight")
    }

    pub fn names(&self) -> Vec<String> {
        let names = self.samples.keys();
        names
            .map(|(name, labels)| format!("{name}{labels}"))
            .collect()
    }
}

fn sample(line: &str) -> Option<(String, String, f64)> {
    let (name, mut rest) = line.split_at(line.find(['{', ' '])?);
    let mut labels = BTreeMap::new();
    if let Some(inside) = rest.strip_prefix('{') {
        rest = inside;
        while !rest.starts_with('}') {
            let (label, after) = rest.split_once("=\"")?;
            let end = closing_quote(after)?;
            let label = label.trim_matches([',', ' ']);
            if labels.insert(label, &after[..end]).is_some() {
                return None;
            }
            rest = &after[end + 1..];
        }
        rest = &rest[1..];
    }
    let labels: Vec<String> = labels
        .iter()
        .map(|(label, value)| format!("{label}=\"{value}\""))
        .collect();
    let labels = match labels.is_empty() {
        true => String::new(),
        false => format!("{{{}}}", labels.join(",")),
    };
    Some((name.to_owned(), labels, rest.trim().parse().ok()?))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let closes = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        closes.then_some(at)
    })
}

/// Scrapes until that is so.
pub async fn settled(operators: SocketAddr, is_so: impl Fn(&Scrape) -> bool) -> Scrape {
    let deadline = time::Instant::now() + LONG;
    loop {
        let answer = ask(operators, "GET", "/metrics", "").await;
        let scrape = Scrape::read(&answer.body);
        if is_so(&scrape) {
            return scrape;
        }
        assert!(
            time::Instant::now() < deadline,
            "the metrics do not get there:\n{}",
            scrape.text
        );
        time::sleep(Duration::from_millis(2)).await;
    }
}

// ── a service that is looked at ────────────────────────────────────────────────────────────────────

/// A service in this process, whose metrics and log are at hand.
pub struct Watched {
    pub address: SocketAddr,
    pub operators: Option<SocketAddr>,
    metrics: Metrics,
    log: Log,
    stop: Option<oneshot::Sender<()>>,
    run: JoinHandle<io::Result<Report>>,
    _logging: DefaultGuard,
}

impl Watched {
    pub async fn start(config: Config, routes: Router) -> Self {
        Self::start_with(config, routes, Metrics::default(), |it| it).await
    }

    pub async fn start_with(
        config: Config,
        routes: Router,
        metrics: Metrics,
        with: impl FnOnce(Application) -> Application,
    ) -> Self {
        Self::start_at(Levels::default(), config, routes, metrics, with).await
    }

    pub async fn start_at(
        levels: Levels,
        config: Config,
        routes: Router,
        metrics: Metrics,
        with: impl FnOnce(Application) -> Application,
    ) -> Self {
        let log = Log::default();
        let to = log.clone();
        let subscriber = telemetry::subscriber_with(move || to.clone(), levels);
        let logging = tracing::subscriber::set_default(subscriber);
        let built = Application::build(config, routes).await;
        let application = built.unwrap_or_else(|error| panic!("port 0 is free: {error}"));
        let on_port = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
        let ids = Arc::new(Numbers::default());
        let application = with(application.observed(metrics.clone(), ids));
        let (stop, stopped) = oneshot::channel();
        Self {
            address: on_port(application.port()),
            operators: application.operator_port().map(on_port),
            metrics,
            log,
            stop: Some(stop),
            run: tokio::spawn(application.run_until_stopped(async {
                let _ = stopped.await;
            })),
            _logging: logging,
        }
    }

    pub fn scrape(&self) -> Scrape {
        Scrape::read(&self.metrics.render())
    }

    pub fn lines(&self) -> Lines {
        Lines(self.log.lines())
    }

    pub async fn ask(&self, method: &str, path: &str) -> Answer {
        ask(self.address, method, path, "").await
    }

    pub async fn try_ask(&self, method: &str, path: &str) -> io::Result<Answer> {
        let text = format!("{method} {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
        match time::timeout(LONG, exchange(self.address, text)).await {
            Ok(answer) => answer,
            Err(_) => panic!("{method} {path} has no answer and no end"),
        }
    }

    pub fn spawn_get(&self, path: &str) -> JoinHandle<io::Result<Answer>> {
        let text = format!("GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
        tokio::spawn(exchange(self.address, text))
    }

    /// What SIGTERM is to a process.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    pub async fn ended(&mut self) {
        match time::timeout(LONG, &mut self.run).await {
            Ok(Ok(Ok(_))) => {}
            other => panic!("`run_until_stopped` has to return: {other:?}"),
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.run.abort();
    }
}

/// Asks on a connection of its own. Each of the headers ends its line.
pub async fn ask(address: SocketAddr, method: &str, path: &str, headers: &str) -> Answer {
    send(address, method, path, headers, "").await
}

pub async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Answer {
    let head = format!("{method} {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n{headers}");
    let asked = exchange(address, format!("{head}\r\n{body}"));
    match time::timeout(LONG, asked).await {
        Ok(Ok(answer)) => answer,
        other => panic!("{method} {path}: {other:?}"),
    }
}

/// Waits until that is so. It is looked at again and again, so it does not matter how long it takes.
pub async fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let so = async {
        while !is_so() {
            time::sleep(Duration::from_millis(1)).await;
        }
    };
    let in_time = time::timeout(LONG, so).await;
    assert!(in_time.is_ok(), "waited {LONG:?} for {what}");
}

// ── its log ────────────────────────────────────────────────────────────────────────────────────────

/// Lines of a log.
pub struct Lines(pub Vec<Value>);

impl Lines {
    /// What is written of what `logs` says.
    pub fn of(levels: Levels, logs: impl FnOnce()) -> Self {
        let log = Log::default();
        let to = log.clone();
        let subscriber = telemetry::subscriber_with(move || to.clone(), levels);
        tracing::subscriber::with_default(subscriber, logs);
        Self(log.lines())
    }

    pub fn text(&self) -> String {
        listed(&self.0)
    }

    pub fn all(&self, message: &str, name: &str, value: &str) -> Vec<&Value> {
        let lines = self
            .0
            .iter()
            .filter(|line| told(line, "message") == message && told(line, name) == value);
        lines.collect()
    }

    pub fn only(&self, message: &str, name: &str, value: &str) -> Value {
        match self.all(message, name, value)[..] {
            [line] => line.clone(),
            _ => panic!(
                "there has to be one line `{message}` with {name} = {value} in:\n{}",
                self.text()
            ),
        }
    }

    pub fn first_letters(&self) -> Vec<String> {
        let messages = self.0.iter().map(|line| told(line, "message"));
        messages
            .map(|message| message.chars().take(1).collect())
            .collect()
    }
}

/// A field of a line as a text; an empty one, if it is not there.
pub fn told(line: &Value, name: &str) -> String {
    match field(line, name) {
        None => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

// ── its world ──────────────────────────────────────────────────────────────────────────────────────

/// 1, 2, 3 and so on.
#[derive(Default)]
pub struct Numbers(AtomicU64);

impl Numbers {
    /// Those that come after this one.
    pub fn after(number: u64) -> Self {
        Self(AtomicU64::new(number))
    }
}

impl Ids for Numbers {
    fn number(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// A clock that stands still until somebody moves it.
pub struct Hands(AtomicU64);

impl Hands {
    pub fn at(millis: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(millis)))
    }

    pub fn advance(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// A queue that has no answer to how much there is to do.
pub enum Away {
    Fails,
    Hangs,
    DoesNotKnow,
}

impl JobQueue for Away {
    fn backlog(&self) -> Pending<'_, Option<Backlog>> {
        Box::pin(async {
            match self {
                Self::Fails => Err(StoreError::new("count jobs", "the disk is gone")),
                Self::Hangs => std::future::pending().await,
                Self::DoesNotKnow => Ok(None),
            }
        })
    }

    fn claim(&self, _: Timestamp, _: Timestamp) -> Pending<'_, Option<Leased>> {
        unreachable!("who looks at metrics claims no jobs")
    }

    fn extend(&self, _: Receipt, _: Timestamp) -> Pending<'_, Held> {
        unreachable!("who looks at metrics has no jobs")
    }

    fn complete(&self, _: Receipt) -> Pending<'_, Held> {
        unreachable!("who looks at metrics has no jobs")
    }

    fn retry(&self, _: Receipt, _: Timestamp, _: String) -> Pending<'_, Held> {
        unreachable!("who looks at metrics has no jobs")
    }

    fn bury(&self, _: Receipt, _: String) -> Pending<'_, Held> {
        unreachable!("who looks at metrics has no jobs")
    }

    fn dead(&self, _: usize) -> Pending<'_, Vec<DeadJob>> {
        unreachable!("who looks at metrics reads no dead letters")
    }
}
