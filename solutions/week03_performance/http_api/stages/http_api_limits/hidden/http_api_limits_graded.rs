//! Stage 5, at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::future::pending;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http_api::{Application, Config};
use serde_json::json;
use support::{Client, Service, config, request};

async fn broken() {
    panic!("broken")
}

async fn client(change: impl FnOnce(&mut Config)) -> Client {
    let routes = Router::new()
        .route("/broken", get(broken))
        .route("/never", get(pending::<()>));
    let built = Application::build_with_routes(config(change), routes).await;
    Client(
        built
            .unwrap_or_else(|error| panic!("build failed: {error}"))
            .router(),
    )
}

#[tokio::test(start_paused = true)]
async fn a_place_comes_back_however_it_was_left() {
    let client = client(|config| config.max_in_flight = 1).await;
    for round in 0..3 {
        client.get("/broken").await.is(500, "it panics");
        let gone = tokio::time::timeout(Duration::from_secs(1), client.get("/never")).await;
        assert!(gone.is_err(), "round {round}: nobody answers /never");
        let next = client.get("/parcels").await;
        next.is(
            200,
            "after a panic and a client that went away the one place is free",
        );
    }
}

#[tokio::test]
async fn a_large_limit_is_the_limit() {
    let client = client(|config| config.max_body_bytes = 5 * 1024 * 1024).await;
    let parcel = json!({"recipient": "Ada", "shelf": "B-12", "grams": 1200}).to_string();
    let body = format!("{parcel}{}", " ".repeat(4 * 1024 * 1024));
    let mut post = request(
        "POST",
        "/parcels",
        &[("content-type", "application/json")],
        "",
    );
    *post.body_mut() = Body::from(body);
    client.call(post).await.is(201, "four megabytes of five");
}

#[tokio::test]
async fn over_a_socket_a_body_that_is_announced_too_large_is_refused_unread() {
    let service = Service::start(config(|config| config.max_body_bytes = 1000)).await;
    let mut connection = service.connect().await;
    let head = "POST /parcels HTTP/1.1\r\nhost: depot\r\ncontent-type: application/json\r\n\
                content-length: 1001\r\nexpect: 100-continue\r\n\r\n";
    connection.send(head).await;
    let status = connection.answer().await.map(|(status, _)| status);
    assert_eq!(
        status,
        Some(413),
        "the client waits for 100 Continue, and hears 413 in its place"
    );
}

#[tokio::test(start_paused = true)]
async fn other_limits_are_as_exact() {
    let client = client(|config| config.handler_timeout = Duration::from_millis(1234)).await;
    let begun = tokio::time::Instant::now();
    client.get("/never").await.is(504, "in 1234 ms");
    assert_eq!(begun.elapsed(), Duration::from_millis(1234), "1234 ms");
}
