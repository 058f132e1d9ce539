// What the tests of all stages share: a service behind a socket, a service without one, and what comes back.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use http_api::{Application, Config};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

/// Longer than anything here takes, on any machine. Only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// For tests that do not pause the clock.
pub async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(done) => done,
        Err(_) => panic!("waited {PATIENCE:?} for {what}"),
    }
}

/// The default configuration but for what `change` changes.
pub fn config(change: impl FnOnce(&mut Config)) -> Config {
    let mut config = Config::default();
    change(&mut config);
    config
}

pub async fn build(config: Config) -> Application {
    let built = within("Application::build", Application::build(config)).await;
    built.unwrap_or_else(|error| panic!("Application::build failed: {error}"))
}

pub fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

// ── behind a socket ────────────────────────────────────────────────────────────────────────────────

/// A service that runs in this process.
pub struct Service {
    pub port: u16,
    stop: Option<oneshot::Sender<()>>,
    run: JoinHandle<io::Result<()>>,
}

impl Service {
    pub async fn start(config: Config) -> Self {
        Self::of(build(config).await)
    }

    pub fn of(application: Application) -> Self {
        let port = application.port();
        let (stop, stopping) = oneshot::channel::<()>();
        let run = tokio::spawn(application.run_until_stopped(async {
            let _ = stopping.await;
        }));
        Self {
            port,
            stop: Some(stop),
            run,
        }
    }

    pub async fn connect(&self) -> Connection {
        Connection::to(self.port).await
    }

    /// What Ctrl-C is to the process.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Whether it has ended, after all that could run has run.
    pub async fn is_over(&self) -> bool {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        self.run.is_finished()
    }

    /// Waits for the end of a service that was asked to stop.
    pub async fn stopped(mut self) {
        let run = within("run_until_stopped to return after its stop", &mut self.run).await;
        let ended = run.unwrap_or_else(|panic| panic!("run_until_stopped: {panic}"));
        ended.unwrap_or_else(|error| panic!("run_until_stopped failed: {error}"));
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.run.abort();
    }
}

/// A client's connection, over which several requests may go.
pub struct Connection(TcpStream);

impl Connection {
    pub async fn to(port: u16) -> Self {
        let connected = within("a connection", TcpStream::connect(local(port))).await;
        Self(connected.unwrap_or_else(|error| {
            panic!("port {port}, which Application::port() named, does not listen: {error}")
        }))
    }

    pub async fn send(&mut self, text: &str) {
        let sent = within("the request to be sent", self.0.write_all(text.as_bytes())).await;
        sent.unwrap_or_else(|error| panic!("the service closed the connection: {error}"));
    }

    /// One answer that has a content-length; `None` if the service closes the connection in its place.
    pub async fn answer(&mut self) -> Option<(u16, String)> {
        within("an answer, or the connection's end", self.read()).await
    }

    async fn read(&mut self) -> Option<(u16, String)> {
        let mut bytes = Vec::new();
        loop {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    let found = name.eq_ignore_ascii_case("content-length");
                    found.then(|| value.trim().parse::<usize>().ok()).flatten()
                });
                if body.len() >= length.unwrap_or(0) {
                    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
                    let status = status.unwrap_or_else(|| panic!("no status in {head:?}"));
                    return Some((status, body.to_owned()));
                }
            }
            let mut chunk = [0_u8; 4096];
            match self.0.read(&mut chunk).await {
                Ok(0) | Err(_) => return None,
                Ok(length) => bytes.extend_from_slice(&chunk[..length]),
            }
        }
    }
}

// ── without a socket ───────────────────────────────────────────────────────────────────────────────

/// Calls a router as a server would.
#[derive(Clone)]
pub struct Client(pub Router);

impl Client {
    /// A service with the default configuration.
    pub async fn new() -> Self {
        Self(build(Config::default()).await.router())
    }

    // The futures hold nothing of what they were made from, so a test may make one in a line and await it in another.
    pub fn call(&self, request: Request<Body>) -> impl Future<Output = Answer> + use<> {
        let what = format!("{} {}", request.method(), request.uri());
        let response = self.0.clone().oneshot(request);
        async move {
            let response = match response.await {
                Ok(response) => response,
                Err(never) => match never {},
            };
            let (parts, body) = response.into_parts();
            let body = body.collect().await.expect("a body in memory");
            Answer {
                what,
                status: parts.status,
                headers: parts.headers,
                body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
            }
        }
    }

    pub fn get(&self, path: &str) -> impl Future<Output = Answer> + use<> {
        self.call(request("GET", path, &[], ""))
    }

    pub fn delete(&self, path: &str) -> impl Future<Output = Answer> + use<> {
        self.call(request("DELETE", path, &[], ""))
    }

    pub fn post(&self, path: &str, body: &Value) -> impl Future<Output = Answer> + use<> {
        self.json("POST", path, &[], body)
    }

    pub fn put(&self, path: &str, body: &Value) -> impl Future<Output = Answer> + use<> {
        self.json("PUT", path, &[], body)
    }

    pub fn json(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> impl Future<Output = Answer> + use<> {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.call(request(method, path, &all, &body.to_string()))
    }
}

pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::new(Body::from(body.to_owned()));
    *request.method_mut() = method.parse().expect("a method");
    *request.uri_mut() = path.parse().expect("a path");
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a header's name");
        let value = HeaderValue::from_str(value).expect("a header's value");
        request.headers_mut().append(name, value);
    }
    request
}

pub struct Answer {
    /// Of what it is the answer, for messages.
    pub what: String,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    #[track_caller]
    pub fn is(self, status: u16, why: &str) -> Self {
        assert_eq!(
            self.status.as_u16(),
            status,
            "{}: {why}; the body is {:?}",
            self.what,
            self.body
        );
        self
    }

    /// A header's value, or the empty text.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap_or("not text"))
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| {
            panic!(
                "{}: a body of JSON, not {:?}: {error}",
                self.what, self.body
            )
        })
    }
}
