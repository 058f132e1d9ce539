//! Stage 9: the end, in its order, while clients are busy. Time stands still until everybody waits.

#[path = "support/contract.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;
#[path = "support/wires.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod wires;

use std::convert::Infallible;
use std::future::pending;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use contract::draft;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use http_api::{
    Application, CacheLimits, Config, Draft, Kept, Memory, Only, RequestLine, RequestLog, Store,
    Stored,
};
use probes::tasks;
use serde_json::json;
use support::{Client, config};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, sleep_until};
use wires::{Reply, Running, get as text_of, ms};

const NOTICE: Duration = ms(20);
const DRAIN: Duration = ms(500);

/// For what takes no time but a turn of the timer.
const AT_ONCE: Duration = ms(5);

/// What may pass between the end of patience and the end.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A gate that handlers wait at, one that takes 3 ms, and three whose answers do not end.
fn routes(gate: &Arc<Semaphore>) -> Router {
    let gate = Arc::clone(gate);
    let wait = move || async move {
        gate.acquire()
            .await
            .expect("the gate is never closed")
            .forget();
        "through"
    };
    let events = || async {
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"first"))]);
        Body::from_stream(first.chain(stream::pending()))
    };
    Router::new()
        .route("/gate", get(wait))
        .route("/three", get(|| async { sleep(ms(3)).await }))
        .route("/never", get(pending::<()>))
        .route("/events", get(events))
        .route("/large", get(|| async { vec![b' '; 1024 * 1024] }))
}

async fn application(change: impl FnOnce(&mut Config)) -> (Application, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let config = config(|config| {
        config.notice = NOTICE;
        config.drain_timeout = DRAIN;
        change(config);
    });
    let built = Application::build_with_routes(config, routes(&gate)).await;
    let built = built.unwrap_or_else(|error| panic!("build failed: {error}"));
    (built, gate)
}

async fn running() -> (Running, Arc<Semaphore>) {
    let (application, gate) = application(|_| {}).await;
    (Running::of(application), gate)
}

fn status(reply: Option<&Reply>) -> Option<u16> {
    reply.map(|reply| reply.status)
}

#[track_caller]
fn ended_in_time(after: Duration, due: Duration, why: &str) {
    assert!(
        after >= due && after < due + AT_ONCE,
        "{why}: the run has to return {due:?} after the stop, and did after {after:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn not_ready_comes_first() {
    let (mut service, _) = running().await;
    let cases = [
        ("/ready", 200, 503),
        ("/ping", 200, 200),
        ("/parcels", 200, 200),
    ];
    let mut open = Vec::new();
    for (path, before, _) in cases {
        let mut wire = service.connect();
        let reply = wire.get(path).await;
        assert_eq!(
            status(reply.as_ref()),
            Some(before),
            "GET {path} before the stop"
        );
        assert!(
            !reply.is_some_and(|reply| reply.says_close()),
            "GET {path} before the stop: the connection goes on"
        );
        open.push(wire);
    }
    service.stop();
    sleep(ms(1)).await;
    for ((path, _, during), mut wire) in cases.into_iter().zip(open) {
        let old = wire.get(path).await;
        assert_eq!(
            status(old.as_ref()),
            Some(during),
            "GET {path} a millisecond after the stop, on a connection that was open. Not ready is for who sends \
             requests, and everything else goes on for {NOTICE:?}: whoever has not heard must not notice"
        );
        let new = service.connect().get(path).await;
        assert_eq!(
            status(new.as_ref()),
            Some(during),
            "GET {path} a millisecond after the stop, on a new connection: a load balancer asks on one"
        );
        if path == "/ready" {
            let head = new.map_or_else(String::new, |reply| reply.head);
            assert!(
                head.contains("content-type: application/problem+json"),
                "a 503 is a problem like all others, and not {head:?}"
            );
        }
    }
    let (outcome, after) = service.ended().await;
    assert!(outcome.is_ok(), "nothing was under way: {outcome:?}");
    ended_in_time(after, NOTICE, "nothing was under way");
    assert!(
        service.dial().is_none(),
        "after the notice a new connection is refused, so that its client goes elsewhere"
    );
}

#[tokio::test(start_paused = true)]
async fn no_request_fails_through_the_end() {
    let (mut service, _) = running().await;
    let mut clients = Vec::new();
    for n in 0..20_u64 {
        let mut wire = service.connect();
        clients.push(tokio::spawn(async move {
            sleep(ms(n)).await;
            let mut answers = Vec::new();
            loop {
                let path = if n % 2 == 0 { "/parcels" } else { "/three" };
                let reply = wire.get(path).await;
                let parts = reply.as_ref().is_none_or(Reply::says_close);
                answers.push(status(reply.as_ref()));
                if parts {
                    // It goes on over another connection, which leads to another instance.
                    return (n, answers);
                }
                sleep(ms(1 + n % 7)).await;
            }
        }));
    }
    sleep(ms(101)).await;
    service.stop();
    let (outcome, after) = service.ended().await;
    let mut count = 0;
    for client in clients {
        let (n, answers) = client.await.expect("a client does not panic");
        count += answers.len();
        let last = answers.len() - 1;
        for (at, answer) in answers.into_iter().enumerate() {
            assert_eq!(
                answer,
                Some(200),
                "client {n}, request {at} of {last}, at most 10 ms after its answer before (`None`: the connection was \
                 closed in place of an answer). A client that has not been told `connection: close` may use its connection"
            );
        }
    }
    assert!(
        count > 200,
        "20 clients have sent {count} requests in 100 ms"
    );
    assert!(outcome.is_ok(), "nobody was given up: {outcome:?}");
    ended_in_time(after, NOTICE, "all clients have parted during the notice");
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_is_answered_and_what_is_idle_is_closed() {
    let (mut service, gate) = running().await;
    let mut silent = service.connect();
    let mut idle = service.connect();
    assert!(idle.get("/ping").await.is_some(), "an answer before");
    let mut handled = service.connect();
    handled.send(&text_of("/gate")).await;
    let ping = text_of("/ping");
    let (first_half, rest_of_head) = ping.split_at(10);
    let mut half_a_head = service.connect();
    half_a_head.send(first_half).await;
    let body = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200}).to_string();
    let (first_bytes, rest_of_body) = body.split_at(12);
    let mut half_a_body = service.connect();
    let head = format!(
        "POST /parcels HTTP/1.1\r\nhost: depot\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    half_a_body.send(&format!("{head}{first_bytes}")).await;
    sleep(ms(1)).await;

    service.stop();
    let stop = Instant::now();
    for (what, wire) in [("idle", &mut idle), ("silent", &mut silent)] {
        let closed = wire.closed().await - stop;
        assert!(
            closed < NOTICE + AT_ONCE,
            "a connection that is {what} is closed after the notice of {NOTICE:?}, and was after {closed:?}"
        );
    }
    sleep_until(stop + ms(400)).await;
    assert!(
        !service.is_over(),
        "three requests have begun before the stop, and have {DRAIN:?} after the notice; the run has returned before"
    );
    half_a_head.send(rest_of_head).await;
    half_a_body.send(rest_of_body).await;
    gate.add_permits(1);
    for (what, wire, expected) in [
        ("whose handler was at work", &mut handled, 200),
        ("of which half a head was there", &mut half_a_head, 200),
        ("of which half a body was there", &mut half_a_body, 201),
    ] {
        let reply = wire.reply().await;
        assert_eq!(
            status(reply.as_ref()),
            Some(expected),
            "a request {what} at the stop ends 400 ms later, which is in time"
        );
    }
    let (outcome, after) = service.ended().await;
    assert!(outcome.is_ok(), "all was answered in time: {outcome:?}");
    ended_in_time(after, ms(400), "the last request was over at 400 ms");
    assert_eq!(
        tasks::settle(0).await,
        0,
        "tasks of the service that run on after the run has returned"
    );
}

/// Clones are the same log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<RequestLine>>>);

impl RequestLog for Lines {
    fn log(&self, line: &RequestLine) {
        let mut lines = self.0.lock().expect("no test panics with it");
        lines.push(line.clone());
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_end_is_told_and_given_up() {
    let log = Lines::default();
    let (application, _) = application(|config| config.log = Arc::new(log.clone())).await;
    let mut service = Running::of(application);
    let mut told = Vec::new();
    let post = "POST /parcels HTTP/1.1\r\nhost: depot\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    for (what, request) in [
        ("whose handler never ends", text_of("/never")),
        ("whose body never ends", post.to_owned()),
    ] {
        let mut wire = service.connect();
        wire.send(&request).await;
        told.push((what, wire));
    }
    let mut cut = Vec::new();
    for (what, request) in [
        ("that has sent half a head", "GET /pi".to_owned()),
        ("that hears events without an end", text_of("/events")),
        (
            "that has sent two requests and reads no answer",
            text_of("/large").repeat(2),
        ),
    ] {
        let mut wire = service.connect();
        wire.send(&request).await;
        cut.push((what, wire));
    }
    sleep(ms(1)).await;
    service.stop();
    let (outcome, after) = service.ended().await;
    let due = NOTICE + DRAIN;
    assert!(
        after >= due && after < due + LAST_WORDS,
        "some clients never end: the run is patient for {due:?}, takes less than {LAST_WORDS:?} for last words, and \
         returned after {after:?}"
    );
    assert_eq!(
        tasks::settle(0).await,
        0,
        "tasks of the service that run on after the run has returned: connections, mostly"
    );
    for (what, mut wire) in told {
        let reply = wire.reply().await;
        assert_eq!(
            status(reply.as_ref()),
            Some(503),
            "a request {what} is told that it is given up (`None`: the connection was closed without a word)"
        );
        let head = reply.map_or_else(String::new, |reply| reply.head);
        assert!(
            head.contains("retry-after") && head.contains("application/problem+json"),
            "a request {what}: a 503 like all others, and not {head:?}"
        );
    }
    for (what, mut wire) in cut {
        let asked = Instant::now();
        let open_for = wire.closed().await - asked;
        assert!(
            open_for < AT_ONCE,
            "a client {what} is left with a connection that was open for {open_for:?} after the run had returned"
        );
    }
    let lines = log.0.lock().expect("no test panics with it").clone();
    let given_up = lines.iter().filter(|line| line.status == Some(503)).count();
    assert_eq!(
        given_up, 2,
        "each request that was given up has its line with what its client was told: {lines:?}"
    );
    assert_eq!(
        outcome.map_err(|error| error.kind()),
        Err(ErrorKind::TimedOut),
        "an end in which something was given up is told to whoever started the service"
    );
}

/// A store that takes 300 ms for a change, or for ever.
struct Slow {
    memory: Arc<Memory>,
    takes: Duration,
}

impl Store for Slow {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        self.memory.add(draft)
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        self.memory.get(id)
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        async move {
            sleep(self.takes).await;
            self.memory.replace(id, draft, only).await
        }
        .boxed()
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        self.memory.remove(id, only)
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        self.memory.page(above, limit)
    }
}

/// Stops a service with a change on its way that nobody waits for. Returns what became of both.
async fn stopped_during_a_change(takes: Duration) -> (Result<(), ErrorKind>, Duration, String) {
    let memory = Arc::new(Memory::default());
    let added = memory.add(draft("Ada", "A-1", 1)).await;
    let id = added.expect("a parcel").parcel.id;
    let store = Slow {
        memory: Arc::clone(&memory),
        takes,
    };
    let config = config(|config| {
        config.notice = NOTICE;
        config.drain_timeout = DRAIN;
        config.handler_timeout = ms(10);
        config.cache = Some(CacheLimits {
            ttl: ms(60_000),
            capacity: 10,
        });
    });
    let built = Application::build_with_store(config, Arc::new(store), Router::new()).await;
    let built = built.unwrap_or_else(|error| panic!("build failed: {error}"));
    let client = Client(built.router());
    let mut service = Running::of(built);
    let body = json!({"recipient": "Ada", "shelf": "B-2", "grams": 1});
    let path = format!("/parcels/{id}");
    let put = client.json("PUT", &path, &[("if-match", "*")], &body).await;
    put.is(
        504,
        "the change takes longer than a handler may, and goes on",
    );
    drop(client);
    service.stop();
    let (outcome, after) = service.ended().await;
    let kept = memory.get(id).await.expect("memory does not fail");
    let shelf = kept.map_or_else(|| "none".to_owned(), |kept| kept.parcel.shelf);
    (outcome.map_err(|error| error.kind()), after, shelf)
}

#[tokio::test(start_paused = true)]
async fn work_that_nobody_waits_for_is_joined() {
    let (outcome, after, shelf) = stopped_during_a_change(ms(300)).await;
    assert_eq!(
        shelf, "B-2",
        "a change was on its way to the database and its client had gone. The run has returned after {after:?}, and the \
         process ends then: whoever has begun the change has to wait for it"
    );
    assert_eq!(outcome, Ok(()), "the change arrived in time");
    ended_in_time(after, ms(290), "the change arrived at 290 ms");

    let (outcome, after, _) = stopped_during_a_change(Duration::MAX / 4).await;
    let due = NOTICE + DRAIN;
    assert!(
        after >= due && after < due + LAST_WORDS,
        "a change that never ends is given up like everything else, {due:?} after the stop, and not after {after:?}"
    );
    assert_eq!(
        outcome,
        Err(ErrorKind::TimedOut),
        "a change that was given up is told to whoever started the service"
    );
    assert_eq!(
        tasks::settle(0).await,
        0,
        "tasks of the service that run on after the run has returned: the change"
    );
}

#[tokio::test(start_paused = true)]
async fn an_end_without_work_is_quick() {
    for notice in [Duration::ZERO, NOTICE] {
        let (application, _) = application(|config| config.notice = notice).await;
        let mut service = Running::of(application);
        let mut idle = Vec::new();
        for _ in 0..10 {
            let mut wire = service.connect();
            assert!(wire.get("/ping").await.is_some(), "an answer before");
            idle.push(wire);
        }
        service.stop();
        let (outcome, after) = service.ended().await;
        assert!(outcome.is_ok(), "nothing was under way: {outcome:?}");
        ended_in_time(after, notice, "ten connections are open and idle");
        assert_eq!(
            tasks::settle(0).await,
            0,
            "tasks of the service that run on after the run has returned"
        );
    }
}
