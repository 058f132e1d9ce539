//! What the seat service answers, asked without a server: each test makes its own router and calls it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use router_as_value::{App, Clock, router};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A clock that stands still until it is set. Clones are the same clock.
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

/// What came back, and the request it came back for.
struct Answer {
    request: String,
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    #[track_caller]
    fn with_status(self, expected: StatusCode, why: &str) -> Self {
        assert_eq!(
            self.status, expected,
            "{}: {why}; the body was {:?}",
            self.request, self.body
        );
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|e| panic!("{}: no JSON but {:?}: {e}", self.request, self.body))
    }

    #[track_caller]
    fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(&name)
            .unwrap_or_else(|| panic!("{}: the answer has no `{name}`", self.request))
            .to_str()
            .unwrap_or_else(|e| panic!("{}: `{name}` is not text: {e}", self.request))
    }
}

/// Calls a router as the server would. A clone is what each connection gets.
async fn call(router: &Router, request: Request<Body>) -> Answer {
    let name = format!("{} {}", request.method(), request.uri());
    let response = router
        .clone()
        .oneshot(request)
        .await
        .unwrap_or_else(|never| match never {});
    let (head, body) = response.into_parts();
    let body = body.collect().await.expect("the body is in memory");
    Answer {
        request: name,
        status: head.status,
        headers: head.headers,
        body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
    }
}

async fn get(router: &Router, path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty());
    call(router, request.expect("the path is valid")).await
}

async fn hold(router: &Router, seat: &str, seconds: u32) -> Answer {
    let wish = json!({ "seat": seat, "seconds": seconds });
    let request = Request::post("/holds")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(wish.to_string()));
    let mut answer = call(router, request.expect("the request is valid")).await;
    answer.request = format!("{} {wish}", answer.request);
    answer
}

/// Makes a hold that nothing is in the way of, and returns its path.
async fn held(router: &Router, seat: &str, seconds: u32) -> String {
    let answer = hold(router, seat, seconds).await;
    let answer = answer.with_status(StatusCode::CREATED, "the seat is free");
    answer.header(header::LOCATION).to_owned()
}

#[tokio::test]
async fn a_hold_can_be_made_and_read() {
    let router = router(App::new(SetClock::at(5_000)));
    let made = hold(&router, "B12", 600)
        .await
        .with_status(StatusCode::CREATED, "the seat is free");
    let expected = json!({ "seat": "B12", "seconds_left": 600 });
    assert_eq!(made.json(), expected, "{}", made.request);

    let read = get(&router, made.header(header::LOCATION))
        .await
        .with_status(StatusCode::OK, "the hold was made a moment ago");
    assert_eq!(read.json(), expected, "{}", read.request);
}

#[tokio::test]
async fn a_held_seat_is_refused_and_another_is_not() {
    let router = router(App::new(SetClock::at(5_000)));
    let first = held(&router, "B12", 600).await;
    hold(&router, "B12", 600)
        .await
        .with_status(StatusCode::CONFLICT, "B12 is held for 600 seconds more");
    let second = held(&router, "B13", 600).await;
    assert_ne!(first, second, "two holds have two paths");
}

#[tokio::test]
async fn a_hold_ends_when_the_clock_says_so() {
    let clock = SetClock::at(5_000);
    let router = router(App::new(clock.clone()));
    let path = held(&router, "B12", 60).await;

    clock.set(5_059);
    let read = get(&router, &path).await.with_status(
        StatusCode::OK,
        "made at 5000 for 60 seconds, and the clock says 5059",
    );
    assert_eq!(read.json()["seconds_left"], 1, "{}", read.request);
    hold(&router, "B12", 60)
        .await
        .with_status(StatusCode::CONFLICT, "there is 1 second left at 5059");

    clock.set(5_060);
    get(&router, &path).await.with_status(
        StatusCode::GONE,
        "made at 5000 for 60 seconds: over at 5060, in the very second in which the seat is free",
    );
    held(&router, "B12", 60).await;
}

#[tokio::test]
async fn an_unknown_hold_is_not_found() {
    let router = router(App::new(SetClock::at(5_000)));
    for path in ["/holds/4096", "/holds/b12"] {
        get(&router, path)
            .await
            .with_status(StatusCode::NOT_FOUND, "no hold has this id");
    }
    held(&router, "B12", 60).await;
}

#[tokio::test]
async fn a_refusal_is_json_and_says_so() {
    let clock = SetClock::at(5_000);
    let router = router(App::new(clock.clone()));
    let path = held(&router, "B12", 60).await;
    let conflict = hold(&router, "B12", 60).await;
    let conflict = conflict.with_status(StatusCode::CONFLICT, "B12 is held");
    let unknown = get(&router, "/holds/4096").await;
    let unknown = unknown.with_status(StatusCode::NOT_FOUND, "no hold has this id");
    clock.set(5_100);
    let over = get(&router, &path).await;
    let over = over.with_status(StatusCode::GONE, "the hold ended at 5060");

    for refusal in [conflict, unknown, over] {
        assert_eq!(
            refusal.header(header::CONTENT_TYPE),
            "application/json",
            "{}: a client parses by this header, whatever the body {:?} looks like",
            refusal.request,
            refusal.body
        );
        assert!(
            refusal.json()["error"].is_string(),
            "{}: the reason is in `error`, but the body is {:?}",
            refusal.request,
            refusal.body
        );
    }
}

#[tokio::test]
async fn two_apps_share_nothing() {
    let (early, late) = (SetClock::at(5_000), SetClock::at(9_000));
    let one = router(App::new(early));
    let other = router(App::new(late.clone()));

    let path = held(&one, "B12", 60).await;
    get(&other, &path)
        .await
        .with_status(StatusCode::NOT_FOUND, "the hold is the other app's");
    held(&other, "B12", 60).await;

    late.set(9_060);
    get(&one, &path)
        .await
        .with_status(StatusCode::OK, "this app's clock still says 5000");
}

#[tokio::test]
async fn two_routers_of_an_app_share_its_holds() {
    // As the service runs it: one router for the public port, one for the box office's.
    let app = App::new(SetClock::at(5_000));
    let public = router(app.clone());
    let path = held(&public, "B12", 600).await;

    let box_office = router(app);
    get(&box_office, &path)
        .await
        .with_status(StatusCode::OK, "both routers have the same App");
    hold(&box_office, "B12", 600).await.with_status(
        StatusCode::CONFLICT,
        "the seat was sold to somebody else over the public router of the same App",
    );
}
