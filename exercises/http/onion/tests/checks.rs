//! What clients and the log see of requests that go all the way, and of those that do not. The clock is
//! tokio's, paused: it jumps to the next timer as soon as every task waits.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::routing::{get, post};
use http_body_util::BodyExt;
use onion::layers::REQUEST_ID;
use onion::{Desk, Line, Lookup, RequestId, User, onion};
use tokio::time::{sleep, timeout};
use tower::ServiceExt;

const LIMIT: Duration = Duration::from_secs(2);

/// Longer than anything here may take.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Counts what happens to the handlers and to the session store.
#[derive(Default)]
struct Seen {
    lines: Mutex<Vec<Line>>,
    ids: AtomicUsize,
    lookups: AtomicUsize,
    begun: AtomicUsize,
    /// Handlers that came to their end or were dropped.
    ended: AtomicUsize,
}

impl Seen {
    fn lines(&self) -> Vec<Line> {
        let lines = self.lines.lock();
        lines.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The only line.
    #[track_caller]
    fn line(&self, request: &str) -> Line {
        let mut lines = self.lines();
        assert_eq!(
            lines.len(),
            1,
            "{request}: each request has one line in the log, whatever became of it: {lines:?}"
        );
        lines.remove(0)
    }
}

/// Says when a handler has ended.
struct Ends(Arc<Seen>);

impl Ends {
    fn begin(seen: &Arc<Seen>) -> Self {
        seen.begun.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(seen))
    }
}

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::Relaxed);
    }
}

/// The service: private `/me` (says the request's id and who asks), `/slow` (twice the limit) and `/upload`;
/// public `/health`.
fn service() -> (Router, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let (me, slow, upload) = (Arc::clone(&seen), Arc::clone(&seen), Arc::clone(&seen));
    let tell = async move |id: Option<Extension<RequestId>>, user: Option<Extension<User>>| {
        let _ends = Ends::begin(&me);
        let id = id.map_or_else(|| "no id".to_owned(), |id| id.0.0);
        let user = user.map_or_else(|| "nobody".to_owned(), |user| user.0.0);
        format!("{id} {user}")
    };
    let sleeps = async move || {
        let _ends = Ends::begin(&slow);
        sleep(LIMIT * 2).await;
    };
    let takes = async move |body: Bytes| {
        let _ends = Ends::begin(&upload);
        body.len().to_string()
    };
    let private = Router::new()
        .route("/me", get(tell))
        .route("/slow", get(sleeps))
        .route("/upload", post(takes));
    let public = Router::new().route("/health", get(async || "up"));
    (onion(private, public, desk(&seen)), seen)
}

/// `ada-token` is Ada's, after a look into the session store for 10 ms. About `stuck-token` it never answers.
fn desk(seen: &Arc<Seen>) -> Desk {
    let (who, ids, log) = (Arc::clone(seen), Arc::clone(seen), Arc::clone(seen));
    Desk {
        who: Arc::new(move |token| {
            who.lookups.fetch_add(1, Ordering::Relaxed);
            let lookup = async move {
                sleep(Duration::from_millis(10)).await;
                match token.as_str() {
                    "ada-token" => Some("ada".to_owned()),
                    "stuck-token" => pending().await,
                    _ => None,
                }
            };
            Box::pin(lookup) as Lookup
        }),
        new_id: Arc::new(move || format!("new-{}", ids.ids.fetch_add(1, Ordering::Relaxed) + 1)),
        log: Arc::new(move |line| {
            let mut lines = log.lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(line);
        }),
        limit: LIMIT,
    }
}

struct Answer {
    request: String,
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    /// The answer's only id.
    #[track_caller]
    fn id(&self) -> String {
        let ids: Vec<_> = self.headers.get_all(REQUEST_ID).iter().collect();
        assert_eq!(
            ids.len(),
            1,
            "{}: each answer has one `x-request-id`, this {} too: it is what the customer reads to us over \
             the phone",
            self.request,
            self.status
        );
        ids[0].to_str().unwrap_or_default().to_owned()
    }

    /// Compares the log with what the client got: one line, with the answer's id and status.
    #[track_caller]
    fn is_in_the_log(&self, seen: &Seen) -> Line {
        let line = seen.line(&self.request);
        assert_eq!(
            (&line.id, line.status),
            (&self.id(), self.status),
            "{}: the line must have the id and the status that the client got: {line:?}",
            self.request
        );
        assert_eq!(
            format!("{} {}", line.method, line.path),
            self.request,
            "the line names the request"
        );
        line
    }
}

async fn call(router: Router, request: Request<Body>) -> Answer {
    let name = format!("{} {}", request.method(), request.uri().path());
    let response = timeout(DAY, router.oneshot(request))
        .await
        .unwrap_or_else(|_| {
            panic!("{name}: no answer for a day; the time limit covers all that can be slow, `auth` too")
        })
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

/// A request with these headers.
fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).expect("the request is valid")
}

const ADA: (&str, &str) = ("authorization", "Bearer ada-token");

#[tokio::test(start_paused = true)]
async fn a_request_that_goes_all_the_way() {
    let (router, seen) = service();
    let answer = call(router, request(Method::GET, "/me?page=2", &[ADA])).await;
    assert_eq!(answer.status, StatusCode::OK, "Ada asks: {}", answer.body);
    let id = answer.id();
    assert_eq!(
        answer.body,
        format!("{id} ada"),
        "the handler knows the id that the answer has, and who asks"
    );
    let line = answer.is_in_the_log(&seen);
    assert_eq!(line.user.as_deref(), Some("ada"), "the line says who asked");
    assert_eq!(
        line.took,
        Duration::from_millis(10),
        "it took the 10 ms in the session store, which is inside of the log"
    );
}

#[tokio::test(start_paused = true)]
async fn who_is_refused_reaches_no_handler() {
    for headers in [
        &[][..],
        &[("authorization", "Bearer nobody's")],
        &[("authorization", "Basic ada-token")],
    ] {
        let (router, seen) = service();
        let answer = call(router, request(Method::POST, "/upload", headers)).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "{headers:?} is nobody's name"
        );
        assert!(
            answer.headers.contains_key(header::WWW_AUTHENTICATE),
            "a 401 says how to come in, in `WWW-Authenticate`"
        );
        assert_eq!(
            seen.begun.load(Ordering::Relaxed),
            0,
            "{headers:?}: the answer is 401, and the handler ran all the same. What it did was done"
        );
        let line = answer.is_in_the_log(&seen);
        assert_eq!(line.user, None, "nobody was let in");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_too_long_is_given_up_and_logged() {
    for (path, token, where_) in [
        ("/slow", ADA.1, "the handler"),
        ("/me", "Bearer stuck-token", "the session store"),
    ] {
        let (router, seen) = service();
        let headers = [("authorization", token)];
        let answer = call(router, request(Method::GET, path, &headers)).await;
        assert_eq!(
            answer.status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{where_} takes longer than the limit of {LIMIT:?}"
        );
        let line = answer.is_in_the_log(&seen);
        assert_eq!(line.took, LIMIT, "{where_} had the limit, and not more");
        let (begun, ended) = (&seen.begun, &seen.ended);
        assert_eq!(
            begun.load(Ordering::Relaxed),
            ended.load(Ordering::Relaxed),
            "a handler whose answer nobody waits for is dropped (left: begun, right: ended)"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_public_or_nowhere_has_an_id_and_a_line_too() {
    for (path, expected) in [
        ("/health", StatusCode::OK),
        ("/nowhere", StatusCode::NOT_FOUND),
    ] {
        for headers in [&[][..], &[ADA]] {
            let (router, seen) = service();
            let answer = call(router, request(Method::GET, path, headers)).await;
            assert_eq!(
                answer.status, expected,
                "{path} with {headers:?}: a login changes nothing here"
            );
            answer.is_in_the_log(&seen);
            assert_eq!(
                seen.lookups.load(Ordering::Relaxed),
                0,
                "{path}: the session store must not be asked where nobody needs to log in; it would be \
                 asked by every scanner and every health check"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_id_from_outside_is_kept_if_it_is_plain() {
    let long = "a".repeat(65);
    for (sent, kept) in [
        ("7f3a-21", true),
        (&long[..64], true),
        (&long, false),
        ("", false),
        ("a b", false),
        ("x\"}", false),
    ] {
        let (router, seen) = service();
        let headers = [ADA, ("x-request-id", sent)];
        let answer = call(router, request(Method::GET, "/me", &headers)).await;
        let id = answer.id();
        if kept {
            assert_eq!(id, sent, "the gateway in front of us chose this id");
        } else {
            assert_eq!(id, "new-1", "{sent:?} must not get into our logs");
        }
        assert_eq!(answer.body, format!("{id} ada"), "the handler's id");
        answer.is_in_the_log(&seen);
    }
}
