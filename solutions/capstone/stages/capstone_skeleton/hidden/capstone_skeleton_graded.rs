//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, put};
use capstone::Config;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use support::{Gate, HOUR, Service, config, field, hasty, listed, within};

#[test]
fn the_defaults_are_a_free_local_port_and_ten_seconds() {
    // Field by field: later stages add more of them.
    let Config {
        address,
        notice,
        drain_timeout,
        ..
    } = Config::default();
    assert_eq!(
        (address, notice, drain_timeout),
        (
            SocketAddr::from(([127, 0, 0, 1], 0)),
            Duration::ZERO,
            Duration::from_secs(10)
        )
    );
}

#[tokio::test]
async fn each_service_counts_its_own_requests() {
    let (left_gate, right_gate) = (Gate::default(), Gate::default());
    let mut left = Service::start(hasty(), left_gate.routes()).await;
    let mut right = Service::start(hasty(), right_gate.routes()).await;
    let _waiting: Vec<_> = (0..5)
        .map(|job| left.spawn_get(&format!("/gate/{job}")))
        .collect();
    left_gate.begun(5).await;
    right.get("/health/ready").await;
    right.get("/nowhere").await;

    left_gate.open(3);
    left.stop();
    right.stop();
    let (left, right) = (left.stopped().await, right.stopped().await);
    assert_eq!((left.served, left.cut), (3, 2), "five waited, three passed");
    assert_eq!((right.served, right.cut), (2, 0), "the other service");
}

#[tokio::test]
async fn a_client_that_says_nothing_holds_nothing_up() {
    let mut service = Service::start(hasty(), Router::new()).await;
    let _silent = connect(&service).await;
    let mut halfway = connect(&service).await;
    send(
        &mut halfway,
        "GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n",
    )
    .await;
    read_some(&mut halfway).await;
    send(&mut halfway, "GET /health/live HTT").await;

    service.stop();
    let report = service.stopped().await;
    assert_eq!(
        (report.served, report.cut),
        (1, 0),
        "half a head is not a request: {report:?}"
    );
}

#[tokio::test]
async fn a_request_behind_a_stuck_one_holds_nothing_up() {
    let gate = Gate::default();
    let mut service = Service::start(hasty(), gate.routes()).await;
    let mut client = connect(&service).await;
    let first = "GET /gate/first HTTP/1.1\r\nhost: test\r\n\r\n";
    let second = "GET /gate/second HTTP/1.1\r\nhost: test\r\n\r\n";
    send(&mut client, &format!("{first}{second}")).await;
    gate.begun(1).await;

    service.stop();
    let report = service.stopped().await;
    assert_eq!((report.served, report.cut), (0, 1), "the first was cut");
    assert_eq!(gate.handlers_alive(), 0, "its handler must be gone");
}

#[tokio::test]
async fn an_idle_connection_is_not_waited_for() {
    let patient = Config {
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Service::start(patient, Router::new()).await;
    let mut idle = connect(&service).await;
    send(&mut idle, "GET /health/live HTTP/1.1\r\nhost: test\r\n\r\n").await;
    read_some(&mut idle).await;

    service.stop();
    let report = service.stopped().await;
    assert_eq!((report.served, report.cut), (1, 0), "{report:?}");
}

#[tokio::test]
async fn a_request_in_flight_has_the_whole_deadline() {
    let gate = Gate::default();
    let patient = Config {
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Service::start(patient, gate.routes()).await;
    let in_flight = service.spawn_get("/gate/long");
    gate.begun(1).await;
    service.stop();
    let refused = async { while TcpStream::connect(service.address()).await.is_ok() {} };
    within("new connections to be refused", refused).await;

    // From here on the clock is ours. A blocking task keeps the runtime from moving it by itself
    // whenever it finds nothing to do.
    let (release, held) = mpsc::channel::<()>();
    let holding = tokio::task::spawn_blocking(move || held.recv().is_err());
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(59 * 60)).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(
        !service.run.is_finished() && gate.handlers_alive() == 1,
        "59 of the 60 minutes of drain_timeout have passed, and the request was given up"
    );
    tokio::time::resume();
    drop(release);
    within("the holder", holding).await.expect("no panic");

    gate.open(1);
    let answer = within("the answer", in_flight).await.expect("no panic");
    assert_eq!(answer.expect("it was let finish").status, 200);
    let report = service.stopped().await;
    assert_eq!((report.served, report.cut), (1, 0), "{report:?}");
}

#[tokio::test]
async fn the_notice_ends_by_itself() {
    let short = Config {
        notice: Duration::from_millis(20),
        drain_timeout: HOUR,
        ..config()
    };
    let mut service = Service::start(short, Router::new()).await;
    let address = service.address();
    service.stop();
    service.stopped().await;
    let late = within("a connection", TcpStream::connect(address)).await;
    assert!(
        late.is_err(),
        "the service returned and {address} still accepts"
    );
}

#[tokio::test]
async fn every_method_and_status_is_in_the_log() {
    let routes = Router::new()
        .route("/things/{id}", put(|| async { StatusCode::CREATED }))
        .route(
            "/broken",
            get(|| async { StatusCode::INTERNAL_SERVER_ERROR }),
        );
    let service = Service::start(config(), routes).await;
    let asked = [
        ("PUT", "/things/7", 201),
        ("DELETE", "/things/8", 405),
        ("GET", "/broken", 500),
        ("PATCH", "/none", 404),
    ];
    for (method, path, _) in asked {
        service.ask(method, path).await;
    }
    let lines = service.stopped_log().await;
    for (method, path, status) in asked {
        let found = lines.iter().any(|line| {
            field(line, "method") == Some(&Value::from(method))
                && field(line, "path") == Some(&Value::from(path))
                && field(line, "status") == Some(&Value::from(status))
        });
        assert!(
            found,
            "no line says that {method} {path} answered {status}:\n{}",
            listed(&lines)
        );
    }
}

#[tokio::test]
async fn no_two_requests_share_an_id() {
    let first = Service::start(config(), Router::new()).await;
    let mut ids = HashSet::new();
    for _ in 0..40 {
        let answer = first.get("/health/live").await;
        let id = answer
            .header("x-request-id")
            .expect("the header")
            .to_owned();
        assert!(!id.is_empty() && ids.insert(id), "{ids:?}");
    }
}

async fn connect(service: &Service) -> TcpStream {
    let connected = within("a connection", TcpStream::connect(service.address())).await;
    connected.expect("the service accepts")
}

async fn send(client: &mut TcpStream, text: &str) {
    client.write_all(text.as_bytes()).await.expect("it is read");
}

/// Reads until something has come.
async fn read_some(client: &mut TcpStream) {
    let mut bytes = [0; 1024];
    let read = within("an answer", client.read(&mut bytes)).await;
    assert_ne!(
        read.expect("an answer"),
        0,
        "the connection closed unanswered"
    );
}
