// What is left of requests: the whole service in this process, thousands of requests, and what there is before and after.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use capstone::adapters::{LogNotices, MemoryCache, MemoryTasks, SingleUser, SystemDice, SystemIds};
use capstone::cache::{CacheSettings, Cached};
use capstone::domain::Timestamp;
use capstone::jobs::{Policy, Workers};
use capstone::limits::{LimitSettings, Limits};
use capstone::metrics::Metrics;
use capstone::ports::Clock;
use capstone::tasks::Tasks;
use capstone::{Application, Config, http};
use probes::{alloc, fds, tasks};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

/// Longer than anything here takes, on any machine. Only a failing test waits for it.
const LONG: Duration = Duration::from_secs(20);
pub const NOON: u64 = 1_767_268_800_000;

pub fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
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

/// The whole service in memory, but for accounts: copies, jobs, limits, metrics.
async fn service(clock: Arc<Hands>) -> (SocketAddr, impl Future<Output = ()>, oneshot::Sender<()>) {
    let store = Arc::new(MemoryTasks::default());
    let metrics = Metrics::default();
    let ids = Arc::new(SystemIds::default());
    let settings = CacheSettings {
        ttl: Duration::from_secs(60),
        patience: Duration::from_secs(5),
    };
    let copies = Cached::counting(
        store.clone(),
        Arc::new(MemoryCache::new(100)),
        clock.clone(),
        settings,
        metrics.clone(),
    );
    let workers = Workers::new(
        store,
        Arc::new(LogNotices),
        clock.clone(),
        Arc::new(SystemDice::default()),
        Policy::default(),
    )
    .observed(metrics.clone(), ids.clone());
    let tasks = Tasks::new(Arc::new(copies), clock.clone());
    let callers = Arc::new(SingleUser);
    let limits = LimitSettings {
        user: None,
        ..LimitSettings::default()
    };
    let limits = Arc::new(Limits::new(limits, clock));
    let routes = http::limited(http::api(tasks, callers.clone()), limits, callers);
    let built = Application::build(
        Config {
            address: ([127, 0, 0, 1], 0).into(),
            ..Config::default()
        },
        routes,
    )
    .await;
    let application = built
        .unwrap_or_else(|error| panic!("build failed: {error}"))
        .observed(metrics, ids)
        .with_background("jobs", |stopping| workers.run(stopping));
    let address = SocketAddr::from(([127, 0, 0, 1], application.port()));
    let (stop, stopped) = oneshot::channel();
    let run = async move {
        let stopping = async {
            let _ = stopped.await;
        };
        let ended = application.run_until_stopped(stopping).await;
        ended.expect("the service stops in order");
    };
    (address, run, stop)
}

/// A client with one connection.
struct Client {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Client {
    async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream,
            bytes: Vec::with_capacity(16 * 1024),
        }
    }

    async fn ask(
        &mut self,
        wanted: u16,
        method: &str,
        path: &str,
        more: &str,
        body: &str,
    ) -> Value {
        let length = body.len();
        let text = format!(
            "{method} {path} HTTP/1.1\r\nhost: t\r\n{more}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let sent = self.stream.write_all(text.as_bytes()).await;
        sent.expect("the service reads");
        self.bytes.clear();
        let (status, body) = loop {
            if let Some(answer) = whole(&self.bytes) {
                break answer;
            }
            let read = timeout(LONG, self.stream.read_buf(&mut self.bytes)).await;
            let read = read.unwrap_or_else(|_| panic!("no answer in {LONG:?} to {text}"));
            assert!(
                read.is_ok_and(|read| read > 0),
                "the connection was closed before the answer to {text}"
            );
        };
        assert_eq!(status, wanted, "the status of the answer to {text}");
        match wanted {
            201 => serde_json::from_slice(body).expect("answers are JSON"),
            _ => Value::Null,
        }
    }
}

/// Status and body of an answer, if it is whole.
fn whole(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let status = head.get(9..12)?.parse().ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    let body = bytes.get(end..end + length.unwrap_or(0))?;
    Some((status, body))
}

/// What requests need while they are on their way: buffers of connections, mostly.
const AT_MOST: u64 = 144 * 1024;

/// How many requests [`round`] makes.
const IN_A_ROUND: usize = 10;

/// A task with a title that nobody has used yet, from its creation to its end, and what else comes in within twenty minutes.
async fn round(client: &mut Client, clock: &Hands, number: usize) {
    clock.advance(20 * 60_000);
    // Nearly the longest there is: four bytes a character.
    let long = "𝄞".repeat(180);
    let body = json!({"title": format!("{long}{number}")}).to_string();
    let key = format!("idempotency-key: {number}\r\n");
    let made = client.ask(201, "POST", "/tasks", &key, &body).await;
    let id = made["id"].as_str().expect("a task has an id").to_owned();
    let task = format!("/tasks/{id}");
    let renamed = json!({"title": format!("{long}{number}, again"), "step": "start"}).to_string();
    client.ask(201, "POST", "/tasks", &key, &body).await;
    client.ask(200, "GET", &task, "", "").await;
    client.ask(200, "GET", &task, "", "").await;
    client.ask(200, "PATCH", &task, "", &renamed).await;
    client.ask(200, "GET", "/tasks?limit=20", "", "").await;
    client
        .ask(422, "POST", "/tasks", "", r#"{"title": ""}"#)
        .await;
    client.ask(204, "DELETE", &task, "", "").await;
    client.ask(404, "GET", &task, "", "").await;
    let nowhere = format!("/nowhere/{number}");
    client.ask(404, "GET", &nowhere, "", "").await;
}

/// Connects, says half of what it wants, and is gone.
async fn hang_up(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let half = "POST /tasks HTTP/1.1\r\nhost: t\r\ncontent-length: 100\r\n\r\n{\"title\"";
    stream.write_all(half.as_bytes()).await.expect("it reads");
}

/// What is open and alive when nobody calls.
async fn at_rest(wanted: (usize, usize)) -> (usize, usize) {
    let begun = Instant::now();
    loop {
        let now = (
            tasks::settle(wanted.0).await,
            fds::count().expect("Linux lists them"),
        );
        if (now.0 <= wanted.0 && now.1 <= wanted.1) || begun.elapsed() > LONG {
            return now;
        }
        sleep(Duration::from_millis(1)).await;
    }
}

/// Makes so many requests, and fails if anything is left of them.
pub fn leave_nothing(requests: usize) {
    // A day of rounds, after which as many keys are forgotten as are added.
    const WARM_UP: usize = 100;
    let rounds = requests.div_ceil(IN_A_ROUND);
    let runtime = runtime();
    let clock = Hands::at(NOON);
    let (running, address, stop, before) = runtime.block_on(async {
        let (address, run, stop) = service(clock.clone()).await;
        let running = tokio::spawn(run);
        let mut client = Client::connect(address).await;
        round(&mut client, &clock, 0).await;
        // Without this connection, which has two ends and a task.
        let open = fds::count().expect("Linux lists them");
        let quiet = (tasks::alive() - 1, open - 2);
        // Whatever is kept for a day, or up to a number, is there when counting begins.
        for number in 1..WARM_UP {
            round(&mut client, &clock, number).await;
        }
        drop(client);
        hang_up(address).await;
        (running, address, stop, at_rest(quiet).await)
    });
    let (after, tally) = alloc::measure(|| {
        runtime.block_on(async {
            let mut client = Client::connect(address).await;
            for number in WARM_UP..WARM_UP + rounds {
                round(&mut client, &clock, number).await;
                if number % 20 == 0 {
                    hang_up(address).await;
                }
            }
            drop(client);
            at_rest(before).await
        })
    });
    eprintln!(
        "{requests} requests: tasks and descriptors {before:?} before and {after:?} after, at most {} bytes more at any time",
        tally.peak_bytes
    );
    assert_eq!(
        after, before,
        "tasks of the runtime and open file descriptors, on the left after {requests} requests and some clients that hung up in the middle \
         of theirs, on the right before. Nobody calls any more"
    );
    assert!(
        tally.peak_bytes <= AT_MOST,
        "during {requests} requests the service came to hold {} bytes more than before them. {AT_MOST} are enough for what is on \
         its way, and nothing else that was made is there any more: each task was deleted, and each key is older than a day but \
         the last 72, as many as before. What grows with each request is all of the process's memory at some time",
        tally.peak_bytes
    );
    runtime.block_on(async {
        let _ = stop.send(());
        running.await.expect("no panic");
    });
}
