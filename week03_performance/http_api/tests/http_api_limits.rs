//! Stage 5: what a request may cost. Time stands still until everybody waits, and then moves to the next moment
//! for which somebody does, so a limit of ten seconds is exact and takes none.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::routing::get;
use axum::serve::Listener;
use futures_util::stream;
use http_api::{Application, Config};
use serde_json::json;
use support::{Answer, Client, config, request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, sleep};

const SECOND: Duration = Duration::from_secs(1);

/// A gate that handlers wait at; one permit lets one through.
fn routes(gate: &Arc<Semaphore>) -> Router {
    let gate = Arc::clone(gate);
    let wait = move || async move {
        gate.acquire()
            .await
            .expect("the gate is never closed")
            .forget();
        "through"
    };
    Router::new()
        .route("/gate", get(wait))
        .route("/seven", get(|| async { sleep(7 * SECOND).await }))
        .route("/never", get(pending::<()>))
}

async fn application(change: impl FnOnce(&mut Config), gate: &Arc<Semaphore>) -> Application {
    let built = Application::build_with_routes(config(change), routes(gate)).await;
    built.unwrap_or_else(|error| panic!("build_with_routes failed: {error}"))
}

async fn client(change: impl FnOnce(&mut Config)) -> (Client, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    (Client(application(change, &gate).await.router()), gate)
}

/// A parcel in exactly so many bytes.
fn padded(bytes: usize) -> String {
    let parcel = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200}).to_string();
    format!("{parcel}{}", " ".repeat(bytes - parcel.len()))
}

fn post(body: Body) -> Request<Body> {
    let mut post = request(
        "POST",
        "/parcels",
        &[("content-type", "application/json")],
        "",
    );
    *post.body_mut() = body;
    post
}

/// A body that does not say how long it is, ten bytes a chunk, and a count of the chunks that were asked for.
fn chunked(text: &str) -> (Body, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let chunks: Vec<Bytes> = text
        .as_bytes()
        .chunks(10)
        .map(Bytes::copy_from_slice)
        .collect();
    let chunks = chunks.into_iter().map(move |chunk| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>(chunk)
    });
    (Body::from_stream(stream::iter(chunks)), asked)
}

#[track_caller]
fn is_problem(answer: Answer, status: u16, why: &str) -> Answer {
    let answer = answer.is(status, why);
    assert_eq!(
        answer.header("content-type"),
        "application/problem+json",
        "{}: a {status} is a problem like all others",
        answer.what
    );
    assert_ne!(
        answer.header("x-request-id"),
        "",
        "{}: and has a name",
        answer.what
    );
    answer
}

#[tokio::test(start_paused = true)]
async fn a_body_has_a_size() {
    let (client, _) = client(|config| config.max_body_bytes = 200).await;
    let exact = client.call(post(Body::from(padded(200)))).await;
    exact.is(201, "200 bytes of 200 are allowed");
    let over = client.call(post(Body::from(padded(201)))).await;
    is_problem(
        over,
        413,
        "201 bytes of 200 are not, and the body says so before it is read",
    );
    let (exact, _) = chunked(&padded(200));
    client
        .call(post(exact))
        .await
        .is(201, "200 bytes in 20 chunks");
    let (over, asked) = chunked(&padded(10_000));
    let over = client.call(post(over)).await;
    is_problem(over, 413, "a body that does not say its size is counted");
    let asked = asked.load(Ordering::SeqCst);
    assert!(
        asked <= 22,
        "after 200 bytes nothing more is to be read, and {asked} chunks of ten were asked for"
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_has_a_time() {
    let (client, _) = client(|config| config.body_timeout = 5 * SECOND).await;
    let begun = Instant::now();
    let drips = stream::unfold((), |()| async {
        sleep(SECOND).await;
        Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
    });
    let slow = client.call(post(Body::from_stream(drips))).await;
    is_problem(slow, 408, "a byte each second is not a body");
    assert_eq!(
        begun.elapsed(),
        5 * SECOND,
        "five seconds for the whole body, and not for each chunk"
    );
}

#[tokio::test(start_paused = true)]
async fn who_sends_slowly_takes_nobodys_place() {
    let (client, _) = client(|config| config.max_in_flight = 1).await;
    let stalls = stream::pending::<Result<Bytes, Infallible>>();
    let slow = client.clone();
    let slow = tokio::spawn(async move { slow.call(post(Body::from_stream(stalls))).await });
    tokio::task::yield_now().await;
    let other = client.get("/parcels").await;
    other.is(
        200,
        "one place, and whoever has not sent all of the request does not need it yet",
    );
    slow.abort();
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_place_is_told_to_come_back() {
    let (client, gate) = client(|config| config.max_in_flight = 2).await;
    let mut inside = Vec::new();
    for _ in 0..2 {
        let client = client.clone();
        inside.push(tokio::spawn(async move { client.get("/gate").await }));
    }
    tokio::task::yield_now().await;
    let begun = Instant::now();
    let refused = client.get("/parcels").await;
    let refused = is_problem(refused, 503, "both places are taken");
    assert_eq!(
        begun.elapsed(),
        Duration::ZERO,
        "a refusal that waits is a queue"
    );
    let after = refused.header("retry-after").parse::<u32>();
    assert!(
        after.as_ref().is_ok_and(|after| *after >= 1),
        "a 503 says in `retry-after` how many seconds to wait, and not {:?}",
        refused.header("retry-after")
    );
    client.get("/ping").await.is(
        200,
        "a busy service is up, and must not be restarted for being busy",
    );

    gate.add_permits(2);
    for waiting in inside {
        waiting
            .await
            .expect("no panic")
            .is(200, "who had a place is served");
    }
    client
        .get("/parcels")
        .await
        .is(200, "the places are free again");
}

#[tokio::test(start_paused = true)]
async fn a_handler_has_a_time() {
    let changed = |config: &mut Config| {
        config.max_in_flight = 1;
        config.handler_timeout = 8 * SECOND;
    };
    let (client, _) = client(changed).await;
    client.get("/seven").await.is(200, "seven seconds of eight");
    let begun = Instant::now();
    let late = client.get("/never").await;
    is_problem(late, 504, "the handler did not answer in time");
    assert_eq!(
        begun.elapsed(),
        8 * SECOND,
        "eight seconds, and then an answer"
    );
    client
        .get("/parcels")
        .await
        .is(200, "the one place is free again");
}

// ── connections ────────────────────────────────────────────────────────────────────────────────────

/// Connections that the test makes.
struct Wires(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Wires {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.recv().await {
            Some(wire) => (wire, ()),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens connections to a service that runs.
struct Line(mpsc::UnboundedSender<DuplexStream>);

impl Line {
    async fn to(change: impl FnOnce(&mut Config)) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        let application = application(change, &gate).await;
        let (wires, accepted) = mpsc::unbounded_channel();
        tokio::spawn(application.run_on(Wires(accepted), pending()));
        Self(wires)
    }

    fn open(&self) -> DuplexStream {
        let (client, server) = duplex(64 * 1024);
        self.0.send(server).expect("the service runs");
        client
    }
}

/// All that comes until the service closes, and when that is.
async fn end(client: &mut DuplexStream, since: Instant) -> (String, Duration) {
    let mut bytes = Vec::new();
    // A connection may also be closed with an error; what counts is that it is.
    let _ = client.read_to_end(&mut bytes).await;
    (
        String::from_utf8_lossy(&bytes).into_owned(),
        since.elapsed(),
    )
}

/// One answer without a body, by its end of the head.
async fn status(client: &mut DuplexStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        match client.read_u8().await {
            Ok(byte) => bytes.push(byte),
            Err(error) => panic!("closed in place of an answer: {error}"),
        }
    }
    String::from_utf8_lossy(&bytes[..12]).into_owned()
}

const SEVEN: &[u8] = b"GET /seven HTTP/1.1\r\nhost: depot\r\n\r\n";

#[tokio::test(start_paused = true)]
async fn a_head_has_a_time() {
    let line = Line::to(|config| config.head_timeout = 5 * SECOND).await;
    let begun = Instant::now();
    let mut silent = line.open();
    let mut half = line.open();
    half.write_all(b"GET /parcels HTTP/1.1\r\nho")
        .await
        .expect("the service reads");
    let mut dripping = line.open();
    let (mut reading, mut writing) = tokio::io::split(&mut dripping);
    let drip = async {
        for byte in b"GET /parcels?limit=10 HTTP/1.1\r\nhost: depot\r\n" {
            sleep(SECOND / 2).await;
            if writing.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
    };
    let mut read = Vec::new();
    let ended = async {
        let _ = reading.read_to_end(&mut read).await;
        begun.elapsed()
    };
    let silently = end(&mut silent, begun);
    let halfway = end(&mut half, begun);
    let ((_, silently), (_, halfway), ended, ()) = tokio::join!(silently, halfway, ended, drip);
    for (what, after) in [
        ("says nothing", silently),
        ("sends half a head", halfway),
        ("sends a byte every half second", ended),
    ] {
        assert!(
            after >= 5 * SECOND && after < 6 * SECOND,
            "a client that {what} has five seconds for its head, and was closed after {after:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_at_work_is_left_alone() {
    let line = Line::to(|config| config.head_timeout = 5 * SECOND).await;
    let mut client = line.open();
    sleep(4 * SECOND).await;
    client.write_all(SEVEN).await.expect("the service reads");
    assert_eq!(
        status(&mut client).await,
        "HTTP/1.1 200",
        "the head was in time, and the handler may take longer than a head"
    );
    sleep(4 * SECOND).await;
    client.write_all(SEVEN).await.expect("the service reads");
    assert_eq!(
        status(&mut client).await,
        "HTTP/1.1 200",
        "a second request four seconds after the answer"
    );
    let (rest, after) = end(&mut client, Instant::now()).await;
    assert_eq!(rest, "", "nothing was asked");
    assert!(
        after >= 5 * SECOND && after < 6 * SECOND,
        "an idle connection is closed five seconds after its last answer, and was after {after:?}"
    );
}
