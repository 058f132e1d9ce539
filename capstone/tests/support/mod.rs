// What the tests of all stages share: a service in this process, handlers that wait, the log in memory,
// a client that speaks HTTP/1.1 over a plain socket, and the service's binary.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::io::{self, BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, Request};
use axum::routing::{get, post};
use capstone::{Application, Config, Report, telemetry};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;
use tracing::info;
use tracing::subscriber::DefaultGuard;

/// Longer than anything here takes, on any machine. Only a failing test waits for it.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Longer than any test lives.
pub const HOUR: Duration = Duration::from_secs(3600);

// ── a service under test ───────────────────────────────────────────────────────────────────────────

pub fn config() -> Config {
    Config {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        ..Config::default()
    }
}

/// Requests that never finish are given this long, so that a test need not wait.
pub fn hasty() -> Config {
    Config {
        drain_timeout: Duration::from_millis(50),
        ..config()
    }
}

/// A service that runs in this process, on the test's own thread, and logs to memory.
pub struct Service {
    pub port: u16,
    pub log: Log,
    stop: Option<oneshot::Sender<()>>,
    pub run: JoinHandle<io::Result<Report>>,
    logging: Option<DefaultGuard>,
}

impl Service {
    pub async fn start(config: Config, routes: Router) -> Self {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = telemetry::subscriber(move || writer.clone());
        let logging = tracing::subscriber::set_default(subscriber);
        let built = within("Application::build", Application::build(config, routes)).await;
        let application = built.unwrap_or_else(|error| panic!("build failed: {error}"));
        let port = application.port();
        let (stop, stopping) = oneshot::channel();
        let run = tokio::spawn(application.run_until_stopped(async {
            let _ = stopping.await;
        }));
        Self {
            port,
            log,
            stop: Some(stop),
            run,
            logging: Some(logging),
        }
    }

    pub fn address(&self) -> SocketAddr {
        ([127, 0, 0, 1], self.port).into()
    }

    /// Asks on a connection of its own, as each of the functions below does.
    pub async fn try_ask(&self, method: &str, path: &str) -> io::Result<Answer> {
        let what = format!("the answer to {method} {path}");
        within(&what, exchange(self.address(), request(method, path))).await
    }

    pub async fn ask(&self, method: &str, path: &str) -> Answer {
        let answer = self.try_ask(method, path).await;
        answer.unwrap_or_else(|error| panic!("{method} {path} failed: {error}"))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).await
    }

    pub fn spawn_get(&self, path: &str) -> JoinHandle<io::Result<Answer>> {
        tokio::spawn(exchange(self.address(), request("GET", path)))
    }

    /// What SIGTERM is to the process.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits for the end of a service that was asked to stop.
    pub async fn stopped(mut self) -> Report {
        self.finish().await
    }

    /// Stops the service and returns what it wrote.
    pub async fn stopped_log(mut self) -> Vec<Value> {
        self.stop();
        self.finish().await;
        drop(self.logging.take());
        self.log.lines()
    }

    async fn finish(&mut self) -> Report {
        let what = "run_until_stopped to return; what is still in flight must not hold it \
                    past drain_timeout";
        let ended = within(what, &mut self.run).await;
        let ended = ended.unwrap_or_else(|panic| panic!("run_until_stopped: {panic}"));
        ended.unwrap_or_else(|error| panic!("run_until_stopped failed: {error}"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.run.abort();
    }
}

/// Handlers that say when they have begun, and end when they are told to.
#[derive(Clone)]
pub struct Gate {
    begun: Arc<Semaphore>,
    open: Arc<Semaphore>,
    alive: Arc<AtomicUsize>,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            begun: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
            alive: Arc::default(),
        }
    }
}

impl Gate {
    /// `GET /gate/{job}` waits for the gate, `POST /upload` for the rest of its request.
    pub fn routes(&self) -> Router {
        let (at_gate, at_upload) = (self.clone(), self.clone());
        let wait = |Path(job): Path<String>| async move {
            let _alive = at_gate.enter();
            info!(job, "waiting at the gate");
            let pass = at_gate.open.acquire().await;
            pass.expect("the gate is never removed").forget();
            info!(job, "passed the gate");
            "done"
        };
        let upload = |request: Request| async move {
            let _alive = at_upload.enter();
            let body = axum::body::to_bytes(request.into_body(), 1024).await;
            format!("{} bytes", body.map_or(0, |body| body.len()))
        };
        Router::new()
            .route("/gate/{job}", get(wait))
            .route("/upload", post(upload))
    }

    fn enter(&self) -> Alive {
        self.alive.fetch_add(1, Ordering::SeqCst);
        self.begun.add_permits(1);
        Alive(Arc::clone(&self.alive))
    }

    pub async fn begun(&self, handlers: u32) {
        let what = format!("{handlers} handlers to begin");
        let begun = within(&what, self.begun.acquire_many(handlers)).await;
        begun.expect("the gate is never removed").forget();
    }

    pub fn open(&self, handlers: usize) {
        self.open.add_permits(handlers);
    }

    pub fn handlers_alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }
}

/// Counts a handler until its future is gone.
struct Alive(Arc<AtomicUsize>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

// ── what it writes ─────────────────────────────────────────────────────────────────────────────────

/// Everything that was written to it, in memory.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.0.lock().expect("no writer panics");
        written.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub fn text(&self) -> String {
        let bytes = self.0.lock().expect("no writer panics");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub fn lines(&self) -> Vec<Value> {
        self.text().lines().map(parse_line).collect()
    }
}

fn parse_line(line: &str) -> Value {
    match serde_json::from_str(line) {
        Ok(value @ Value::Object(_)) => value,
        _ => panic!("every line of the log must be a JSON object; this one is not: {line:?}"),
    }
}

/// Log lines as they stand in a log, for a message.
pub fn listed(lines: &[Value]) -> String {
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    lines.join("\n")
}

/// A field of a log line, whether it stands at the top, under `fields`, or in a span of the line.
pub fn field<'a>(line: &'a Value, name: &str) -> Option<&'a Value> {
    let spans = line["spans"].as_array().into_iter().flatten();
    [line, &line["fields"], &line["span"]]
        .into_iter()
        .chain(spans)
        .find_map(|object| object.get(name))
}

// ── a client ───────────────────────────────────────────────────────────────────────────────────────

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// The text of a request without a body, after which the server closes the connection.
pub fn request(method: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
}

/// Sends `text` on a connection of its own and reads until the server closes it.
pub async fn exchange(address: SocketAddr, text: String) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(text.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let text = String::from_utf8_lossy(&bytes);
    let no_answer = || io::Error::other(format!("the connection closed after {text:?}"));
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(no_answer)?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok(Answer {
        status: status.ok_or_else(no_answer)?,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// Somebody who calls a binary.
pub struct User {
    /// The line of a request's head that says who calls; empty where nobody has to.
    pub header: String,
    /// The owner of what they store.
    pub number: u64,
}

/// Signs in, for the first time or again. Before there are accounts everybody is user 1; then nobody is.
pub async fn signed_in(address: SocketAddr) -> User {
    let credentials = r#"{"name": "ada", "password": "correct horse battery"}"#;
    let post = async |path: &str| {
        let head = format!("POST {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n");
        let kind = "content-type: application/json\r\n";
        let length = credentials.len();
        let text = format!("{head}{kind}content-length: {length}\r\n\r\n{credentials}");
        let answer = within("an answer", exchange(address, text)).await;
        answer.expect("the binary answers")
    };
    if post("/accounts").await.status == 404 {
        return User {
            header: String::new(),
            number: 1,
        };
    }
    let pass = post("/sessions").await;
    let body: Value = serde_json::from_str(&pass.body).expect("a pass");
    let token = body["access_token"].as_str();
    let token = token.unwrap_or_else(|| panic!("ada can sign in: {pass:?}"));
    User {
        header: format!("authorization: Bearer {token}\r\n"),
        number: 2,
    }
}

/// The future's output. Fails the test, naming what was waited for, if that takes too long.
pub async fn within<F: Future>(what: &str, future: F) -> F::Output {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(output) => output,
        Err(_) => panic!("waited {PATIENCE:?} for {what}"),
    }
}

pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

// ── the binary ─────────────────────────────────────────────────────────────────────────────────────

/// The service's binary, killed with the test.
pub struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Process {
    pub fn start() -> Self {
        Self::start_with(&[], &[])
    }

    /// With these arguments, and these variables in its environment beside the test's own.
    pub fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_capstone"))
            .args(arguments)
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("cargo has built the binary");
        let stdout = child.stdout.take().expect("stdout is piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines }
    }

    pub fn next_line(&mut self) -> Value {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => parse_line(&line),
            Err(_) => panic!("the binary must write a line to stdout when it listens; none came"),
        }
    }

    /// Reads the log to its end and returns it, and how the process ended by itself.
    pub fn ended(&mut self) -> (Vec<Value>, ExitStatus) {
        let mut lines = Vec::new();
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => lines.push(parse_line(&line)),
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    panic!(
                        "{PATIENCE:?} after its start the process still runs; its log:\n{}",
                        listed(&lines)
                    )
                }
            }
        }
        let status = self.child.wait().expect("the process is ours to wait for");
        (lines, status)
    }

    /// Sends SIGTERM, reads the log to its end and returns how the process ended.
    pub fn terminate(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh")
            .args(["-c", "kill -TERM $0", &pid])
            .status();
        assert!(sent.is_ok_and(|sent| sent.success()), "kill -TERM {pid}");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    parse_line(&line);
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    panic!("{PATIENCE:?} after SIGTERM the process still runs")
                }
            }
        }
        self.child.wait().expect("the process is ours to wait for")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
