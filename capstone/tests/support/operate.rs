// What it takes to see how a service is asked for its health, and how it ends: dependencies that do as they are told, a
// clock that stands still, and connections that are kept. Beside `support` and `api`.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::VecDeque;
use std::future;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use axum::Router;
use capstone::domain::{Draft, Task, TaskId, Timestamp, UserId};
use capstone::metrics::Metrics;
use capstone::ports::{
    Backlog, CacheStore, Clock, DeadJob, Held, Inserted, JobQueue, Lease, Leased, Looked, Once,
    Pending, Receipt, StoreError, TaskRepository, Written,
};
use capstone::readiness::{self, Policy, Sources};
use capstone::{Application, Config, Report, http, telemetry};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::{self, JoinHandle, yield_now};
use tokio::time::{self, Instant};
use tracing::subscriber::DefaultGuard;

use super::api::{Ask, Told};
use super::support::{Log, field};

/// Only a failing test waits for so long.
pub const LONG: Duration = Duration::from_secs(25);
pub const SECOND: Duration = Duration::from_secs(1);
pub const NOON: u64 = 1_767_268_800_000;
/// What a dependency says when it fails. It is nobody's business but the operators'.
pub const CAUSE: &str = "postgres://ada:swordfish@db.internal:5432 does not answer";

// ── dependencies that do as they are told ──────────────────────────────────────────────────────────

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Well,
    Fails,
    /// No answer ever comes.
    Hangs,
}

/// A store, a cache or a queue, which counts how often it is asked.
pub struct Fake {
    how: Mutex<How>,
    /// For the next questions, before `how`.
    next: Mutex<VecDeque<How>>,
    oldest: Mutex<Option<Timestamp>>,
    asked: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Fake {
    fn new(how: How) -> Arc<Self> {
        Arc::new(Self {
            how: Mutex::new(how),
            next: Mutex::default(),
            oldest: Mutex::default(),
            asked: AtomicUsize::new(0),
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        })
    }

    pub fn is(&self, how: How) {
        *self.how.lock().expect("no panic") = how;
    }

    /// How it is for the next questions, one after the other.
    pub fn next(&self, all: &[How]) {
        self.next.lock().expect("no panic").extend(all);
    }

    /// Whether all of `next` is over.
    pub fn has_seen_all(&self) -> bool {
        self.next.lock().expect("no panic").is_empty()
    }

    /// When the oldest job was left.
    pub fn oldest(&self, left: Option<Timestamp>) {
        *self.oldest.lock().expect("no panic") = left;
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// How many waited for its answer at the same time.
    pub fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    fn answer<'a, T: Send + 'a>(&'a self, good: T) -> Pending<'a, T> {
        let next = self.next.lock().expect("no panic").pop_front();
        let how = next.unwrap_or(*self.how.lock().expect("no panic"));
        self.asked.fetch_add(1, Ordering::SeqCst);
        let waiting = Waiting::new(self);
        Box::pin(async move {
            let _waiting = waiting;
            // On the way.
            yield_now().await;
            match how {
                How::Well => Ok(good),
                How::Fails => Err(StoreError::unavailable("look", CAUSE)),
                How::Hangs => future::pending().await,
            }
        })
    }
}

struct Waiting<'f>(&'f Fake);

impl<'f> Waiting<'f> {
    fn new(fake: &'f Fake) -> Self {
        let now = fake.now.fetch_add(1, Ordering::SeqCst) + 1;
        fake.most.fetch_max(now, Ordering::SeqCst);
        Self(fake)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}

const NOTHING: &str = "who asks how a store is changes nothing in it";

impl TaskRepository for Fake {
    fn insert(&self, _: Draft, _: Option<Once>) -> Pending<'_, Inserted> {
        panic!("{NOTHING}");
    }

    fn find(&self, _: UserId, _: TaskId) -> Pending<'_, Option<Task>> {
        self.answer(None)
    }

    fn list(&self, _: UserId, _: Option<TaskId>, _: usize) -> Pending<'_, Vec<Task>> {
        self.answer(Vec::new())
    }

    fn update(&self, _: Task, _: u64) -> Pending<'_, Written> {
        panic!("{NOTHING}");
    }

    fn delete(&self, _: UserId, _: TaskId, _: u64) -> Pending<'_, Written> {
        panic!("{NOTHING}");
    }
}

impl JobQueue for Fake {
    fn claim(&self, _: Timestamp, _: Timestamp) -> Pending<'_, Option<Leased>> {
        panic!("{NOTHING}");
    }

    fn extend(&self, _: Receipt, _: Timestamp) -> Pending<'_, Held> {
        panic!("{NOTHING}");
    }

    fn complete(&self, _: Receipt) -> Pending<'_, Held> {
        panic!("{NOTHING}");
    }

    fn retry(&self, _: Receipt, _: Timestamp, _: String) -> Pending<'_, Held> {
        panic!("{NOTHING}");
    }

    fn bury(&self, _: Receipt, _: String) -> Pending<'_, Held> {
        panic!("{NOTHING}");
    }

    fn dead(&self, _: usize) -> Pending<'_, Vec<DeadJob>> {
        self.answer(Vec::new())
    }

    fn backlog(&self) -> Pending<'_, Option<Backlog>> {
        let oldest = *self.oldest.lock().expect("no panic");
        self.answer(Some(Backlog {
            waiting: u64::from(oldest.is_some()),
            oldest,
            dead: 0,
        }))
    }
}

impl CacheStore for Fake {
    fn look<'a>(&'a self, _: &'a str) -> Pending<'a, Looked> {
        self.answer(Looked::Taken)
    }

    fn fill<'a>(&'a self, _: &'a str, _: Lease, _: Vec<u8>, _: Duration) -> Pending<'a, ()> {
        self.answer(())
    }

    fn remove<'a>(&'a self, _: &'a str) -> Pending<'a, ()> {
        self.answer(())
    }
}

/// It was noon when the test began. For tokio's paused clock.
pub struct SinceNoon(pub Instant);

impl Clock for SinceNoon {
    fn now(&self) -> Timestamp {
        let since = u64::try_from(self.0.elapsed().as_millis()).expect("a short test");
        Timestamp::from_millis(NOON + since)
    }
}

// ── how a service says that it is ──────────────────────────────────────────────────────────────────

/// Looks each second, waits for two, and believes what it has seen twice.
pub fn policy() -> Policy {
    Policy {
        every: SECOND,
        patience: 2 * SECOND,
        turns: 2,
        jobs_late_after: 60 * SECOND,
    }
}

/// A service's answers about its health, without the service. For tokio's paused clock.
pub struct Plant {
    pub store: Arc<Fake>,
    pub cache: Arc<Fake>,
    pub queue: Arc<Fake>,
    pub metrics: Metrics,
    pub begun: Instant,
    pub policy: Policy,
    router: Router,
    run: JoinHandle<()>,
}

impl Plant {
    pub fn start(policy: Policy) -> Self {
        Self::where_all(How::Well, policy, true)
    }

    /// All of them are so from the start.
    pub fn where_all(how: How, policy: Policy, with_cache: bool) -> Self {
        let (store, cache, queue) = (Fake::new(how), Fake::new(how), Fake::new(how));
        let begun = Instant::now();
        let metrics = Metrics::default();
        let sources = Sources {
            store: store.clone(),
            cache: with_cache.then(|| cache.clone() as Arc<dyn CacheStore>),
            queue: queue.clone(),
            clock: Arc::new(SinceNoon(begun)),
        };
        let (readiness, checks) = readiness::open(sources, policy.clone());
        let checks = checks.observed(metrics.clone());
        Self {
            store,
            cache,
            queue,
            metrics,
            begun,
            policy,
            router: http::health(readiness),
            run: tokio::spawn(checks.run(future::pending())),
        }
    }

    pub async fn ask(&self, path: &str) -> Told {
        let asked = Instant::now();
        let told = Ask::new("GET", path).of(&self.router).await;
        let took = asked.elapsed();
        assert!(
            took <= self.policy.patience,
            "GET {path} was answered after {took:?}. Whoever asks waits a second or two, and takes what does not answer for \
             dead: no dependency may hold an answer up for longer than {:?}",
            self.policy.patience
        );
        told
    }

    pub async fn ready(&self) -> Told {
        self.ask("/health/ready").await
    }

    /// Asks ten times in a second until the answer is this, which takes no longer than it may. `why` says what has happened.
    pub async fn turns(&self, status: u16, word: &str, why: &str) -> Told {
        let Policy {
            every,
            patience,
            turns,
            ..
        } = self.policy;
        let most = every + (turns + 1) * (every + patience);
        let since = Instant::now();
        loop {
            let told = self.ready().await;
            if (told.status, told.body["status"].as_str()) == (status, Some(word)) {
                return told;
            }
            assert!(
                since.elapsed() <= most,
                "{why}, and {:?} later the answer is {} {}, in place of {status} and `{word}`",
                since.elapsed(),
                told.status,
                told.body
            );
            time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Asks ten times in a second for so long, and gets no other answer.
    pub async fn stays(&self, status: u16, time: Duration, why: &str) {
        let since = Instant::now();
        while since.elapsed() < time {
            let told = self.ready().await;
            assert_eq!(
                told.status,
                status,
                "{why}; {:?} later the answer is {}",
                since.elapsed(),
                told.body
            );
            time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Plant {
    fn drop(&mut self) {
        self.run.abort();
    }
}

// ── a service and its end ──────────────────────────────────────────────────────────────────────────

/// A service in this process that can be told to stop, and told again.
pub struct Running {
    pub address: SocketAddr,
    pub log: Log,
    stop: Option<oneshot::Sender<()>>,
    hurry: Option<oneshot::Sender<()>>,
    run: JoinHandle<io::Result<Report>>,
    _logging: DefaultGuard,
}

impl Running {
    pub async fn start(
        config: Config,
        routes: Router,
        with: impl FnOnce(Application) -> Application,
    ) -> Self {
        let log = Log::default();
        let to = log.clone();
        let subscriber = telemetry::subscriber(move || to.clone());
        let logging = tracing::subscriber::set_default(subscriber);
        let built = Application::build(config, routes).await;
        let application = built.unwrap_or_else(|error| panic!("port 0 is free: {error}"));
        let (stop, stopped) = oneshot::channel::<()>();
        let (hurry, hurried) = oneshot::channel::<()>();
        let application = with(application).hurried_by(async {
            if hurried.await.is_err() {
                future::pending().await
            }
        });
        Self {
            address: ([127, 0, 0, 1], application.port()).into(),
            log,
            stop: Some(stop),
            hurry: Some(hurry),
            run: tokio::spawn(application.run_until_stopped(async {
                let _ = stopped.await;
            })),
            _logging: logging,
        }
    }

    /// What the first SIGTERM is to a process.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// What the second one is.
    pub fn hurry(&mut self) {
        if let Some(hurry) = self.hurry.take() {
            let _ = hurry.send(());
        }
    }

    /// How it has ended.
    pub async fn report(&mut self) -> Report {
        let ended = in_real_time("`run_until_stopped` to return", &mut self.run).await;
        let ended = ended.unwrap_or_else(|panic| panic!("run_until_stopped: {panic}"));
        ended.unwrap_or_else(|error| panic!("run_until_stopped failed: {error}"))
    }

    /// Waits until nobody is let in any more.
    pub async fn refuses(&self) {
        in_real_time("the service to take no more connections", async {
            while TcpStream::connect(self.address).await.is_ok() {
                yield_now().await;
            }
        })
        .await;
    }

    /// Waits until `/health/ready` answers so.
    pub async fn says(&self, status: u16) {
        let what = format!("`/health/ready` to answer {status}");
        in_real_time(&what, async {
            while Kept::to(self.address)
                .await
                .ask("/health/ready")
                .await
                .is_none_or(|answer| answer.status != status)
            {
                yield_now().await;
            }
        })
        .await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.run.abort();
    }
}

/// A connection that is kept from one request to the next.
pub struct Kept(TcpStream);

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Whether it says that it was the last one on this connection.
    pub is_last: bool,
}

impl Kept {
    pub async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await;
        Self(stream.expect("the service takes connections"))
    }

    /// `None` if the connection ends without an answer.
    pub async fn ask(&mut self, path: &str) -> Option<Answer> {
        in_real_time(&format!("an answer to GET {path}"), async {
            let text = format!("GET {path} HTTP/1.1\r\nhost: here\r\n\r\n");
            self.0.write_all(text.as_bytes()).await.ok()?;
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(self.0.read_u8().await.ok()?);
            }
            let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
            let value = |name: &str| {
                let mut lines = head.lines();
                lines.find_map(|line| line.strip_prefix(name).map(str::trim))
            };
            let length = value("content-length:").and_then(|length| length.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            self.0.read_exact(&mut body).await.ok()?;
            Some(Answer {
                status: head.split(' ').nth(1)?.parse().ok()?,
                is_last: value("connection:") == Some("close"),
            })
        })
        .await
    }

    /// Whether the other side closes it, or has.
    pub async fn ends(&mut self) -> bool {
        let read = in_real_time("the connection to be closed", self.0.read_u8()).await;
        read.is_err()
    }
}

// ── the binary ─────────────────────────────────────────────────────────────────────────────────────

/// The binary in a process of its own, killed with the test.
pub struct Binary {
    child: Child,
    lines: mpsc::Receiver<String>,
    address: SocketAddr,
}

impl Binary {
    pub fn start(flags: &[&str], database: Option<&str>) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_capstone"))
            .args(flags)
            .envs(database.map(|url| ("TASKS_DATABASE", url)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("cargo has built the binary");
        let stdout = child.stdout.take().expect("stdout is piped");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut binary = Self {
            child,
            lines,
            address,
        };
        let first = binary.line("listening");
        let port = field(&first, "port").and_then(Value::as_u64);
        let port = port.and_then(|port| u16::try_from(port).ok());
        binary
            .address
            .set_port(port.expect("the first line has the port"));
        binary
    }

    /// The next line with this message.
    pub fn line(&mut self, message: &str) -> Value {
        let deadline = std::time::Instant::now() + LONG;
        loop {
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| {
                panic!("waited {LONG:?} for the binary's line `{message}`, and it did not come")
            });
            let line: Value = serde_json::from_str(&line).expect("lines are JSON");
            if field(&line, "message").is_some_and(|it| it == message) {
                return line;
            }
        }
    }

    /// The status and the body of an answer, which has to be JSON.
    pub fn get(&self, path: &str) -> (u16, Value) {
        let mut stream = std::net::TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(LONG)).expect("a time");
        let text = format!("GET {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n");
        stream.write_all(text.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
        let body = body.and_then(|body| serde_json::from_str(body).ok());
        let (Some(status), Some(body)) = (status, body) else {
            panic!("GET {path}: a status and JSON are expected, and it answers {answer:?}");
        };
        (status, body)
    }

    /// What `/health/ready` says as soon as all dependencies have been looked at.
    pub fn known(&self) -> (u16, Value) {
        let deadline = std::time::Instant::now() + LONG;
        loop {
            let (status, told) = self.get("/health/ready");
            let mut checks = told["checks"].as_object().into_iter().flatten();
            if checks.all(|(_, state)| state != "unknown") {
                return (status, told);
            }
            assert!(
                std::time::Instant::now() < deadline,
                "{LONG:?} later a dependency has still not been looked at: {told}"
            );
        }
    }

    pub fn terminate(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh")
            .args(["-c", "kill -TERM $0", &pid])
            .status();
        assert!(sent.is_ok_and(|sent| sent.success()), "kill -TERM {pid}");
    }

    pub fn ended(&mut self) -> ExitStatus {
        let deadline = std::time::Instant::now() + LONG;
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status;
            }
            assert!(
                std::time::Instant::now() < deadline,
                "{LONG:?} later it still runs"
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Binary {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// ── clocks ─────────────────────────────────────────────────────────────────────────────────────────

/// Tokio's paused clock moves on by itself as soon as nobody has anything to do, also while bytes are on their way. While
/// this is there it moves only when it is told to.
pub struct Frozen(#[expect(dead_code, reason = "it is there to be dropped")] mpsc::Sender<()>);

impl Frozen {
    pub fn new() -> Self {
        let (held, holds) = mpsc::channel::<()>();
        // Tokio takes a thread that works for somebody who has something to do.
        task::spawn_blocking(move || {
            let _ = holds.recv();
        });
        Self(held)
    }
}

/// The future's output, within a time that no paused clock knows of.
pub async fn in_real_time<F: Future>(what: &str, future: F) -> F::Output {
    let (waits, waited) = mpsc::channel::<()>();
    let (over, is_over) = oneshot::channel::<()>();
    thread::spawn(move || {
        if waited.recv_timeout(LONG) == Err(mpsc::RecvTimeoutError::Timeout) {
            let _ = over.send(());
        }
    });
    let outcome = tokio::select! {
        biased;
        outcome = future => Some(outcome),
        Ok(()) = is_over => None,
    };
    drop(waits);
    outcome.unwrap_or_else(|| panic!("waited {LONG:?} for {what}"))
}

/// Lets everybody else do all that they can do without anything happening.
pub async fn settled() {
    for _ in 0..1_000 {
        yield_now().await;
    }
}
