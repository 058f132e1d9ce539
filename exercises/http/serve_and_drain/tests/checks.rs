//! A service, its clients and their load balancer over a network of pipes. The clock is tokio's, paused: it
//! jumps to the next timer as soon as every task waits.

use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::serve::Listener;
use probes::tasks;
use serve_and_drain::{Appending, Limits, Log, LogFailed, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

const LIMITS: Limits = Limits {
    batch: 64,
    notice: ms(20),
    drain: ms(500),
};

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The service's end of the network.
struct Port(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Port {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.recv().await {
            Some(stream) => (stream, ()),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A log on a slow disk: 30 ms for an append, however many entries it has. It refuses `bad` entries, and is
/// stuck for ever when it gets a `stuck` one.
#[derive(Default)]
struct Disk {
    entries: Mutex<Vec<String>>,
    appends: AtomicUsize,
    largest: AtomicUsize,
    busy: AtomicBool,
    overlapped: AtomicBool,
}

/// A handle, because an append outlives the call.
struct Handle(Arc<Disk>);

impl Log for Handle {
    fn append(&self, entries: Vec<String>) -> Appending {
        let disk = Arc::clone(&self.0);
        Box::pin(async move {
            disk.appends.fetch_add(1, Ordering::Relaxed);
            disk.largest.fetch_max(entries.len(), Ordering::Relaxed);
            if disk.busy.swap(true, Ordering::Relaxed) {
                disk.overlapped.store(true, Ordering::Relaxed);
            }
            if entries.iter().any(|entry| entry == "stuck") {
                pending::<()>().await;
            }
            sleep(ms(30)).await;
            disk.busy.store(false, Ordering::Relaxed);
            if entries.iter().any(|entry| entry == "bad") {
                return Err(LogFailed);
            }
            disk.entries().extend(entries);
            Ok(())
        })
    }
}

impl Disk {
    fn entries(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A service that runs, and the way to it.
struct World {
    dial: mpsc::UnboundedSender<DuplexStream>,
    disk: Arc<Disk>,
    start: Instant,
    stop: Option<oneshot::Sender<()>>,
    /// How many were cut off, and when `run` has returned.
    run: JoinHandle<(usize, Duration)>,
}

impl World {
    fn new() -> Self {
        let (dial, port) = mpsc::unbounded_channel();
        let disk = Arc::new(Disk::default());
        let log = Arc::new(Handle(Arc::clone(&disk)));
        let (stop, stopped) = oneshot::channel();
        let start = Instant::now();
        let run = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            let cut = run(Port(port), log, LIMITS, stopped).await;
            (cut, start.elapsed())
        });
        Self {
            dial,
            disk,
            start,
            stop: Some(stop),
            run,
        }
    }

    fn client(&self) -> Client {
        Client {
            dial: self.dial.clone(),
            stream: None,
        }
    }

    fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }

    /// Waits for `run` to return.
    async fn ended(&mut self) -> (usize, Duration) {
        let ended = timeout(DAY, &mut self.run).await;
        let ended = ended.unwrap_or_else(|_| panic!("`run` has not returned a day after the stop"));
        ended.unwrap_or_else(|error| panic!("`run` has panicked: {error}"))
    }
}

/// A client with one connection, which it keeps as long as it is let.
struct Client {
    dial: mpsc::UnboundedSender<DuplexStream>,
    stream: Option<DuplexStream>,
}

impl Client {
    /// The answer's status; `None` if the connection was refused or broke.
    async fn ask(&mut self, line: &str, body: &str) -> Option<u16> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let (ours, theirs) = duplex(4_096);
                self.dial.send(theirs).ok()?;
                ours
            }
        };
        let length = body.len();
        let request =
            format!("{line} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        assert!(
            head.contains("content-length: 0"),
            "these answers have no body: {head}"
        );
        if !head.contains("connection: close") {
            self.stream = Some(stream);
        }
        head.split(' ').nth(1)?.parse().ok()
    }

    async fn add(&mut self, entry: &str) -> Option<u16> {
        self.ask("POST /entries", entry).await
    }

    async fn ready(&mut self) -> Option<u16> {
        self.ask("GET /ready", "").await
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_acknowledged_is_in_the_log() {
    let world = World::new();
    let mut client = world.client();
    for entry in ["one", "two"] {
        assert_eq!(client.add(entry).await, Some(201), "`{entry}` was written");
        let entries = world.disk.entries().clone();
        assert_eq!(
            entries.last().map(String::as_str),
            Some(entry),
            "201 was answered for `{entry}`, which must be in the log by then: {entries:?}"
        );
    }
    assert_eq!(
        client.add("bad").await,
        Some(503),
        "the log has refused this entry"
    );
    assert_eq!(client.add("three").await, Some(201), "and takes the next");
    assert_eq!(
        *world.disk.entries(),
        ["one", "two", "three"],
        "what is in the log"
    );
    assert_eq!(
        client.ready().await,
        Some(200),
        "nobody has stopped the service"
    );
}

#[tokio::test(start_paused = true)]
async fn a_crowd_shares_appends() {
    let world = World::new();
    let mut crowd = Vec::new();
    for n in 0..200 {
        let mut client = world.client();
        crowd.push(tokio::spawn(async move {
            client.add(&format!("entry {n}")).await
        }));
    }
    for client in crowd {
        let status = client.await.expect("a client does not panic");
        assert_eq!(status, Some(201), "each of 200 entries is written");
    }
    let disk = &world.disk;
    let appends = disk.appends.load(Ordering::Relaxed);
    assert_eq!(disk.entries().len(), 200, "each of them once");
    assert!(
        !disk.overlapped.load(Ordering::Relaxed),
        "the log takes one append at a time, and was given two"
    );
    assert!(
        disk.largest.load(Ordering::Relaxed) <= LIMITS.batch,
        "{} entries in one append; {} are allowed",
        disk.largest.load(Ordering::Relaxed),
        LIMITS.batch
    );
    assert!(
        appends <= 8,
        "200 entries came at once and were written by {appends} appends of 30 ms each; those that come while an \
         append is under way can share the next one, up to {} of them",
        LIMITS.batch
    );
}

#[tokio::test(start_paused = true)]
async fn no_request_fails_through_a_shutdown() {
    let mut world = World::new();
    let out = Arc::new(AtomicBool::new(false));
    // The load balancer looks every 10 ms, and sends nothing to an instance that is not ready.
    let (mut probe, seen) = (world.client(), Arc::clone(&out));
    tokio::spawn(async move {
        while probe.ready().await == Some(200) {
            sleep(ms(10)).await;
        }
        seen.store(true, Ordering::Relaxed);
    });
    let mut clients = Vec::new();
    for n in 0..20_u64 {
        let (mut client, out, start) = (world.client(), Arc::clone(&out), world.start);
        clients.push(tokio::spawn(async move {
            let mut answers = Vec::new();
            sleep(ms(n)).await;
            while !out.load(Ordering::Relaxed) {
                let entry = format!("client {n}, entry {}", answers.len());
                let status = client.add(&entry).await;
                answers.push((entry, status, start.elapsed()));
                sleep(ms(1 + n % 7)).await;
            }
            answers
        }));
    }
    sleep_until(world.start + ms(305)).await;
    world.stop();
    let (cut, ended) = world.ended().await;
    let at_the_end = world.disk.entries().clone();

    let mut count = 0;
    for client in clients {
        for (entry, status, when) in client.await.expect("a client does not panic") {
            count += 1;
            assert_eq!(
                status,
                Some(201),
                "`{entry}` failed after {when:?} (`None`: no answer). The stop was at 305 ms, and the load \
                 balancer needs up to 10 ms to see it; {:?} are meant for that",
                LIMITS.notice
            );
            assert!(
                when <= ended,
                "`{entry}` was answered after {when:?}; `run` returned after {ended:?}, and the process ends then"
            );
            assert!(
                at_the_end.contains(&entry),
                "`{entry}` was acknowledged, and is not in the log"
            );
        }
    }
    assert!(
        count > 100,
        "20 clients for 300 ms have sent {count} entries only"
    );
    assert_eq!(cut, 0, "nothing was stuck");
    assert!(
        ended < ms(305) + LIMITS.notice + ms(100),
        "the last request ends soon after the notice, and `run` returned after {ended:?} only"
    );
}

#[tokio::test(start_paused = true)]
async fn not_ready_comes_before_anything_is_refused() {
    let mut world = World::new();
    let (mut old, mut probe) = (world.client(), world.client());
    assert_eq!(old.add("first").await, Some(201), "before the stop");
    assert_eq!(probe.ready().await, Some(200), "before the stop");
    world.stop();
    sleep(ms(1)).await;
    assert_eq!(
        probe.ready().await,
        Some(503),
        "1 ms after the stop: not ready"
    );
    assert_eq!(
        world.client().ready().await,
        Some(503),
        "1 ms after the stop, on a new connection: not ready, which only an instance that accepts can say"
    );
    assert_eq!(
        world.client().add("second").await,
        Some(201),
        "1 ms after the stop, on a new connection: the load balancer may not know yet"
    );
    let (_, ended) = world.ended().await;
    assert!(
        ended >= LIMITS.notice,
        "the notice takes {:?}: {ended:?}",
        LIMITS.notice
    );
    assert_eq!(
        world.client().ready().await,
        None,
        "nobody is there any more"
    );
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_without_work_is_quick() {
    let mut world = World::new();
    let mut idle = Vec::new();
    for _ in 0..10 {
        let mut client = world.client();
        assert_eq!(client.add("hello").await, Some(201), "a first request");
        idle.push(client);
    }
    let stop = world.start.elapsed();
    world.stop();
    let (cut, ended) = world.ended().await;
    assert!(
        (LIMITS.notice..LIMITS.notice + ms(50)).contains(&(ended - stop)),
        "ten connections are open and nobody asks anything: `run` returns after the notice of {:?}, and took {:?}",
        LIMITS.notice,
        ended - stop
    );
    assert_eq!(cut, 0, "no request was under way");
    assert_eq!(tasks::settle(0).await, 0, "nothing of the service runs on");
}

#[tokio::test(start_paused = true)]
async fn what_is_stuck_is_cut_and_counted() {
    let mut world = World::new();
    let mut stuck = Vec::new();
    for entry in ["stuck", "behind it", "and behind that"] {
        let mut client = world.client();
        stuck.push(tokio::spawn(async move { client.add(entry).await }));
        sleep(ms(1)).await;
    }
    let stop = world.start.elapsed();
    world.stop();
    let (cut, ended) = world.ended().await;
    let due = LIMITS.notice + LIMITS.drain;
    assert!(
        (due..due + ms(300)).contains(&(ended - stop)),
        "the disk does not answer: `run` is patient for {due:?} and not more, and took {:?}",
        ended - stop
    );
    assert_eq!(cut, 3, "three requests were under way at the end");
    for client in stuck {
        let status = client.await.expect("a client does not panic");
        assert_eq!(status, Some(503), "a request that is cut off is told so");
    }
    assert_eq!(
        tasks::settle(0).await,
        0,
        "nothing of the service runs on, the append included"
    );
}
