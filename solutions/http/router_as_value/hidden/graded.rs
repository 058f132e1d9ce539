//! The same promises at values that the visible tests do not name.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use router_as_value::{App, Clock, router};
use serde_json::{Value, json};
use tower::ServiceExt;

#[derive(Clone)]
struct SetClock(Arc<AtomicU64>);

impl SetClock {
    fn at(seconds: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seconds)))
    }

    fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Status, path of the hold, content type and body.
async fn call(router: &Router, request: Request<Body>) -> (StatusCode, String, String, Value) {
    let response = router
        .clone()
        .oneshot(request)
        .await
        .unwrap_or_else(|never| match never {});
    let (head, body) = response.into_parts();
    let header = |name| {
        let value = head.headers.get(name).map(|value| value.to_str());
        value.and_then(Result::ok).unwrap_or_default().to_owned()
    };
    let body = body.collect().await.expect("the body is in memory");
    let value = serde_json::from_slice(&body.to_bytes()).unwrap_or(Value::Null);
    (
        head.status,
        header(header::LOCATION),
        header(header::CONTENT_TYPE),
        value,
    )
}

async fn get(router: &Router, path: &str) -> (StatusCode, String, String, Value) {
    let request = Request::get(path).body(Body::empty());
    call(router, request.expect("the path is valid")).await
}

async fn hold(router: &Router, seat: &str, seconds: u32) -> (StatusCode, String, String, Value) {
    let wish = json!({ "seat": seat, "seconds": seconds }).to_string();
    let request = Request::post("/holds")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(wish));
    call(router, request.expect("the request is valid")).await
}

#[tokio::test]
async fn every_second_of_a_hold_counts() {
    let clock = SetClock::at(1);
    let router = router(App::new(clock.clone()));
    let (status, path, _, made) = hold(&router, "balcony/7 \"left\"", 5).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(made["seconds_left"], 5);
    for now in 1..6 {
        clock.set(now);
        let (status, _, _, read) = get(&router, &path).await;
        let expected = json!({ "seat": "balcony/7 \"left\"", "seconds_left": 6 - now });
        assert_eq!((status, read), (StatusCode::OK, expected), "at {now}");
    }
    for now in [6, 7, 1_000_000] {
        clock.set(now);
        let (status, ..) = get(&router, &path).await;
        assert_eq!(status, StatusCode::GONE, "at {now}");
    }
}

#[tokio::test]
async fn a_hold_for_no_time_is_over_at_once() {
    let router = router(App::new(SetClock::at(77)));
    let (status, path, ..) = hold(&router, "A1", 0).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(get(&router, &path).await.0, StatusCode::GONE);
    assert_eq!(hold(&router, "A1", 0).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn an_old_hold_stays_gone_beside_a_new_one() {
    let clock = SetClock::at(100);
    let router = router(App::new(clock.clone()));
    let (_, old, ..) = hold(&router, "C3", 10).await;
    clock.set(110);
    let (status, new, ..) = hold(&router, "C3", 10).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(get(&router, &old).await.0, StatusCode::GONE);
    assert_eq!(get(&router, &new).await.0, StatusCode::OK);
    assert_eq!(hold(&router, "C3", 10).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn many_apps_live_side_by_side() {
    let apps: Vec<_> = (0..20)
        .map(|n| (n, router(App::new(SetClock::at(n)))))
        .collect();
    for (n, router) in &apps {
        let (status, ..) = hold(router, "D4", 1 + *n as u32).await;
        assert_eq!(status, StatusCode::CREATED, "app {n}");
    }
    for (n, router) in &apps {
        let (status, _, kind, refusal) = hold(router, "D4", 1).await;
        assert_eq!(status, StatusCode::CONFLICT, "app {n}");
        assert_eq!(kind, "application/json", "app {n}");
        assert!(refusal["error"].is_string(), "app {n}: {refusal}");
    }
}

#[tokio::test]
async fn an_id_is_one_that_was_given_out() {
    let router = router(App::new(SetClock::at(100)));
    for path in ["/holds/0", "/holds/18446744073709551616", "/holds/-1"] {
        let (status, _, kind, _) = get(&router, path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(kind, "application/json", "{path}");
    }
}
