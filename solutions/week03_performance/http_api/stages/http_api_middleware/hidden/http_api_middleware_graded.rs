//! Stage 4, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::HeaderName;
use axum::routing::get;
use http_api::{Application, JsonLines, RequestLine, RequestLog};
use support::{Client, config, request};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<RequestLine>>>);

impl RequestLog for Lines {
    fn log(&self, line: &RequestLine) {
        self.0
            .lock()
            .expect("no test panics with it")
            .push(line.clone());
    }
}

async fn client(log: Arc<dyn RequestLog>, routes: Router) -> Client {
    let config = config(|config| config.log = log);
    let built = Application::build_with_routes(config, routes).await;
    Client(
        built
            .unwrap_or_else(|error| panic!("build failed: {error}"))
            .router(),
    )
}

struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(ErrorKind::StorageFull.into())
    }
}

#[tokio::test]
async fn a_log_that_is_full_refuses_nobody() {
    let client = client(Arc::new(JsonLines::new(Full)), Router::new()).await;
    client.get("/ping").await.is(200, "only the log is full");
    client.get("/nowhere").await.is(404, "only the log is full");
}

#[tokio::test(start_paused = true)]
async fn twenty_at_once_are_twenty_lines() {
    let log = Lines::default();
    let waiting = || async { tokio::time::sleep(Duration::from_secs(1)).await };
    let routes = Router::new().route("/wait", get(waiting));
    let client = client(Arc::new(log.clone()), routes).await;
    let mut running = Vec::new();
    for at in 0..20 {
        let client = client.clone();
        running.push(tokio::spawn(async move {
            let id = format!("at-{at}");
            let headers = [("x-request-id", id.as_str())];
            client.call(request("GET", "/wait", &headers, "")).await
        }));
    }
    for (at, run) in running.into_iter().enumerate() {
        let answer = run.await.expect("no panic");
        assert_eq!(
            answer.header("x-request-id"),
            format!("at-{at}"),
            "its own name"
        );
    }
    let lines = log.0.lock().expect("no test panics with it");
    let mut ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(
        (lines.len(), ids.len()),
        (20, 20),
        "each of twenty has one line"
    );
    assert!(
        lines
            .iter()
            .all(|line| line.elapsed == Duration::from_secs(1)),
        "each took its own second: {lines:?}"
    );
}

#[tokio::test]
async fn a_handlers_own_name_does_not_stand() {
    let log = Lines::default();
    let header = HeaderName::from_static("x-request-id");
    let routes = Router::new().route("/own", get(|| async move { [(header, "mine")] }));
    let client = client(Arc::new(log.clone()), routes).await;
    let answer = client
        .call(request("GET", "/own", &[("x-request-id", "theirs")], ""))
        .await;
    let names: Vec<_> = answer.headers.get_all("x-request-id").iter().collect();
    assert_eq!(
        names,
        ["theirs"],
        "an answer has one name, that of its request"
    );
}

async fn broken() {
    panic!("4711")
}

#[tokio::test]
async fn panics_in_a_row_are_as_many_500s() {
    let log = Lines::default();
    let routes = Router::new().route("/broken", get(broken));
    let client = client(Arc::new(log.clone()), routes).await;
    for _ in 0..5 {
        let answer = client.get("/broken").await.is(500, "it panics each time");
        assert!(!answer.body.contains("4711"), "{}", answer.body);
    }
    client.get("/parcels").await.is(200, "others are served");
    let lines = log.0.lock().expect("no test panics with it");
    let statuses: Vec<_> = lines.iter().filter_map(|line| line.status).collect();
    assert_eq!(statuses, [500, 500, 500, 500, 500, 200], "one line each");
}
