//! Stage 4: what is around every request. The log is read by a seam, the clock stands still.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::HashSet;
use std::future::pending;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::Extension;
use axum::routing::get;
use axum::{Router, routing::post};
use http_api::{Application, Config, JsonLines, RequestId, RequestLine, RequestLog};
use serde_json::{Value, json};
use support::{Client, Service, config, request, within};

/// Clones are the same log.
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

impl Lines {
    fn take(&self) -> Vec<RequestLine> {
        std::mem::take(&mut *self.0.lock().expect("no test panics with it"))
    }

    #[track_caller]
    fn one(&self) -> RequestLine {
        let mut lines = self.take();
        assert_eq!(
            lines.len(),
            1,
            "each request is one line in the log, however it ends: {lines:?}"
        );
        lines.remove(0)
    }
}

fn routes() -> Router {
    Router::new()
        .route(
            "/id",
            get(|Extension(id): Extension<RequestId>| async move { id.0 }),
        )
        .route(
            "/slow",
            post(|| async { tokio::time::sleep(Duration::from_millis(250)).await }),
        )
        .route("/never", get(pending::<()>))
        .route("/panic", get(broken))
}

async fn broken() {
    panic!("the key of the safe is 4711")
}

async fn application(log: &Lines) -> Application {
    let config = config(|config| config.log = Arc::new(log.clone()));
    let built = within(
        "build_with_routes",
        Application::build_with_routes(config, routes()),
    )
    .await;
    built.unwrap_or_else(|error| panic!("build_with_routes failed: {error}"))
}

async fn client(log: &Lines) -> Client {
    Client(application(log).await.router())
}

#[tokio::test]
async fn every_answer_has_the_name_that_its_line_has() {
    let log = Lines::default();
    let client = client(&log).await;
    let mut names = HashSet::new();
    for (method, path, status) in [
        ("GET", "/ping", 200),
        ("GET", "/parcels", 200),
        ("GET", "/parcels/7", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/ping", 405),
        ("POST", "/parcels", 415),
        ("GET", "/panic", 500),
    ] {
        let answer = client.call(request(method, path, &[], "")).await;
        let answer = answer.is(
            status,
            "what is around a request does not change its status",
        );
        let id = answer.header("x-request-id").to_owned();
        let line = log.one();
        assert_eq!(
            (
                line.id.as_str(),
                line.method.as_str(),
                line.path.as_str(),
                line.status
            ),
            (id.as_str(), method, path, Some(status)),
            "{method} {path}: the line in the log is that of the answer, by its x-request-id"
        );
        assert!(
            !id.is_empty(),
            "{method} {path}: every answer has an x-request-id"
        );
        assert!(
            names.insert(id.clone()),
            "{method} {path}: {id} was another request's name"
        );
    }
}

#[tokio::test]
async fn a_clients_name_is_kept_if_it_is_harmless() {
    let log = Lines::default();
    let client = client(&log).await;
    let longest = "x".repeat(64);
    for given in ["7f3a", "order.12_B-9", longest.as_str()] {
        let answer = client
            .call(request("GET", "/id", &[("x-request-id", given)], ""))
            .await;
        assert_eq!(
            (
                answer.header("x-request-id"),
                answer.body.as_str(),
                log.one().id.as_str()
            ),
            (given, given, given),
            "the answer, the handler and the log have the name that the client gave"
        );
    }
    let too_long = "x".repeat(65);
    for given in [
        "",
        "a b",
        "a\",\"status\":\"200",
        "a\tb",
        "<script>",
        "é",
        too_long.as_str(),
    ] {
        let answer = client
            .call(request("GET", "/id", &[("x-request-id", given)], ""))
            .await;
        let id = answer.header("x-request-id").to_owned();
        assert!(
            !id.is_empty() && id != given,
            "{given:?} is not a name to write into logs and headers, and the answer has {id:?}"
        );
        assert_eq!(
            answer.body, id,
            "the handler has the name that the answer has"
        );
        assert_eq!(log.one().id, id, "the log has the name that the answer has");
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_says_how_long_and_nothing_of_the_query() {
    let log = Lines::default();
    let client = client(&log).await;
    client
        .call(request("POST", "/slow", &[], ""))
        .await
        .is(200, "slow, and done");
    assert_eq!(
        log.one().elapsed,
        Duration::from_millis(250),
        "the handler slept for 250 ms of a clock that does nothing else"
    );
    client.get("/parcels?limit=3&token=4711").await;
    let line = log.one();
    assert_eq!(
        line.path, "/parcels",
        "a query is where tokens are, and stays out of the log"
    );
}

#[tokio::test]
async fn a_panic_is_one_clients_500() {
    let log = Lines::default();
    let client = client(&log).await;
    let answer = client
        .get("/panic")
        .await
        .is(500, "a handler that panics is our fault");
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "a 500 is a problem like all others"
    );
    assert!(
        !answer.body.contains("4711"),
        "the panic's text is not for the client: {}",
        answer.body
    );
    let line = log.one();
    assert_eq!(
        line.status,
        Some(500),
        "a panic is a line with the status that the client got"
    );
    assert_eq!(
        line.id,
        answer.header("x-request-id"),
        "a panic can be found by its name"
    );

    // And over a connection, which goes on.
    let service = Service::of(application(&log).await);
    let mut connection = service.connect().await;
    connection
        .send("GET /panic HTTP/1.1\r\nhost: depot\r\n\r\n")
        .await;
    let status = connection.answer().await.map(|(status, _)| status);
    assert_eq!(
        status,
        Some(500),
        "the client is answered, and not left with a closed connection"
    );
    connection
        .send("GET /ping HTTP/1.1\r\nhost: depot\r\n\r\n")
        .await;
    let status = connection.answer().await.map(|(status, _)| status);
    assert_eq!(status, Some(200), "the next request on that connection");
}

#[tokio::test(start_paused = true)]
async fn who_goes_away_is_in_the_log() {
    let log = Lines::default();
    let client = client(&log).await;
    let patience = Duration::from_millis(40);
    let gone = tokio::time::timeout(patience, client.get("/never")).await;
    assert!(gone.is_err(), "nobody answers /never");
    let line = log.one();
    assert_eq!(
        (line.path.as_str(), line.status, line.elapsed),
        ("/never", None, patience),
        "a client that went away after 40 ms was there, and got no status"
    );
}

/// Clones are the same file. Each write is one entry.
#[derive(Clone, Default)]
struct File(Arc<Mutex<Vec<String>>>);

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.0.lock().expect("no test panics with it").push(text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn lines_are_json() {
    let file = File::default();
    let config = config(|config| config.log = Arc::new(JsonLines::new(file.clone())));
    let built = Application::build_with_routes(config, routes()).await;
    let client = Client(
        built
            .unwrap_or_else(|error| panic!("build failed: {error}"))
            .router(),
    );
    client
        .call(request("POST", "/slow", &[("x-request-id", "a-1")], ""))
        .await;
    let gone = client.call(request("GET", "/never", &[("x-request-id", "a-2")], ""));
    let _ = tokio::time::timeout(Duration::from_micros(1_000), gone).await;

    let writes = file.0.lock().expect("no test panics with it").clone();
    let lines: Vec<Value> = writes
        .iter()
        .map(|line| {
            assert!(
                line.ends_with('\n') && line.matches('\n').count() == 1,
                "each line is written whole, in one write, so that two never mix: {writes:?}"
            );
            serde_json::from_str(line).unwrap_or_else(|error| panic!("JSON, not {line:?}: {error}"))
        })
        .collect();
    assert_eq!(
        lines,
        [
            json!({"id": "a-1", "method": "POST", "path": "/slow", "status": 200, "micros": 250_000}),
            json!({"id": "a-2", "method": "GET", "path": "/never", "status": null, "micros": 1_000}),
        ],
        "one object for each request, with these five fields"
    );
}

#[tokio::test]
async fn services_do_not_share_their_logs() {
    let (one, other) = (Lines::default(), Lines::default());
    let (first, second) = (client(&one).await, client(&other).await);
    let silent = Client(support::build(Config::default()).await.router());
    first.get("/ping").await.is(200, "the first service");
    silent.get("/ping").await.is(200, "a service without a log");
    assert_eq!(
        one.take().len(),
        1,
        "the first service's request is in its log"
    );
    assert_eq!(
        other.take().len(),
        0,
        "the second service has had no request"
    );
    let names = [first.get("/ping").await, second.get("/ping").await];
    let [a, b] = names.each_ref().map(|answer| answer.header("x-request-id"));
    assert_ne!(
        a, b,
        "two services, whose lines end up in one place, give different names"
    );
}
