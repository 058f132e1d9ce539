//! The same promises over routes, limits and requests that the visible tests do not name.

use std::convert::Infallible;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use futures_util::stream::poll_fn;
use onion::layers::REQUEST_ID;
use onion::{Desk, Line, Lookup, User, onion};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

type Log = Arc<Mutex<Vec<Line>>>;

fn lines(log: &Log) -> Vec<Line> {
    log.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn desk(limit: Duration) -> (Desk, Log) {
    let log = Log::default();
    let lines = Arc::clone(&log);
    let ids = AtomicUsize::new(100);
    let desk = Desk {
        who: Arc::new(|token| {
            let lookup = async move { token.strip_prefix("of-").map(ToOwned::to_owned) };
            Box::pin(lookup) as Lookup
        }),
        new_id: Arc::new(move || format!("id{}", ids.fetch_add(1, Ordering::Relaxed))),
        log: Arc::new(move |line| {
            lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }),
        limit,
    };
    (desk, log)
}

async fn call(
    router: &Router,
    method: &str,
    path: &str,
    token: &str,
    body: Body,
) -> (StatusCode, String) {
    let mut request = Request::builder().method(method).uri(path);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(body).expect("the request is valid");
    let answer = timeout(
        Duration::from_secs(100_000),
        router.clone().oneshot(request),
    )
    .await;
    let answer = answer.expect("there is an answer within a day");
    let answer = answer.unwrap_or_else(|never| match never {});
    let id = answer.headers().get(REQUEST_ID);
    let id = id.and_then(|id| id.to_str().ok()).unwrap_or_default();
    (answer.status(), id.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_crowd_is_logged_line_by_line() {
    let (desk, log) = desk(Duration::from_secs(1));
    let private = Router::new().route("/a/{n}", get(async || StatusCode::ACCEPTED));
    let public = Router::new().route("/b", post(async || StatusCode::CREATED));
    let router = onion(private, public, desk);
    let mut expected = Vec::new();
    for n in 0..30 {
        let (method, path, token, status, user) = match n % 5 {
            0 => ("GET", format!("/a/{n}"), "of-bob", 202, Some("bob")),
            1 => ("GET", format!("/a/{n}"), "bob", 401, None),
            2 => ("POST", "/b".to_owned(), "", 201, None),
            3 => ("GET", "/c".to_owned(), "of-bob", 404, None),
            _ => ("GET", "/b".to_owned(), "", 405, None),
        };
        let (got, id) = call(&router, method, &path, token, Body::empty()).await;
        assert_eq!(
            (got.as_u16(), &id),
            (status, &format!("id{}", 100 + n)),
            "{path}"
        );
        expected.push((id, status, user.map(ToOwned::to_owned)));
    }
    let lines: Vec<_> = lines(&log)
        .into_iter()
        .map(|line| (line.id, line.status.as_u16(), line.user))
        .collect();
    assert_eq!(lines, expected, "one line for each request, in order");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_comes_is_given_up() {
    let limit = Duration::from_millis(700);
    let (desk, log) = desk(limit);
    let private = Router::new().route("/in", post(async |body: Bytes| body.len().to_string()));
    let router = onion(private, Router::new(), desk);
    let never = Body::from_stream(poll_fn(|_| {
        Poll::<Option<Result<Bytes, Infallible>>>::Pending
    }));
    let (status, id) = call(&router, "POST", "/in", "of-eve", never).await;
    assert_eq!(
        status,
        StatusCode::SERVICE_UNAVAILABLE,
        "the body never comes"
    );
    let lines = lines(&log);
    assert_eq!(lines.len(), 1, "one request: {lines:?}");
    assert_eq!((&lines[0].id, lines[0].took), (&id, limit), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_body_is_not_read_for_a_stranger() {
    let (desk, log) = desk(Duration::from_secs(1));
    let private = Router::new().route("/in", post(async |body: Bytes| body.len().to_string()));
    let router = onion(private, Router::new(), desk);
    let touched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&touched);
    let body = Body::from_stream(poll_fn(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        Poll::<Option<Result<Bytes, Infallible>>>::Ready(None)
    }));
    let (status, _) = call(&router, "POST", "/in", "stranger", body).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "nobody's token");
    assert_eq!(
        touched.load(Ordering::Relaxed),
        0,
        "the body of a stranger was read"
    );
    assert_eq!(lines(&log).len(), 1, "refusals are logged");
}

#[tokio::test(start_paused = true)]
async fn limits_are_of_each_request_by_itself() {
    let (desk, log) = desk(Duration::from_secs(3));
    let wait = async || sleep(Duration::from_secs(2)).await;
    let private = Router::new()
        .route("/two", get(wait))
        .route("/for-ever", get(async || pending::<String>().await));
    let router = onion(private, Router::new(), desk);
    for _ in 0..3 {
        let (status, _) = call(&router, "GET", "/two", "of-kim", Body::empty()).await;
        assert_eq!(status, StatusCode::OK, "2 s of 3");
        let (status, _) = call(&router, "GET", "/for-ever", "of-kim", Body::empty()).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "3 s of 3");
    }
    let took: Vec<_> = lines(&log).iter().map(|line| line.took.as_secs()).collect();
    assert_eq!(took, [2, 3, 2, 3, 2, 3], "seconds");
}

#[tokio::test(start_paused = true)]
async fn handlers_can_rely_on_the_user() {
    let (desk, _) = desk(Duration::from_secs(1));
    let private = Router::new().route(
        "/me",
        get(async |axum::Extension(User(name)): axum::Extension<User>| {
            assert_eq!(name, "lin", "the name of the token's owner");
        }),
    );
    let router = onion(private, Router::new(), desk);
    let (status, _) = call(&router, "GET", "/me", "of-lin", Body::empty()).await;
    assert_eq!(
        status,
        StatusCode::OK,
        "the handler takes the user without asking whether there is one"
    );
    let (status, _) = call(&router, "GET", "/me", "", Body::empty()).await;
    assert_eq!(
        status,
        StatusCode::UNAUTHORIZED,
        "and never runs without one"
    );
}
