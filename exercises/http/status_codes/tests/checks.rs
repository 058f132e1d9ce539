//! What clients, caches and alarms see of the service: statuses, headers and bodies. Each test makes its
//! own router and calls it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use status_codes::{Store, router};
use tower::ServiceExt;

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

    /// A refusal: the status, and a body that says the same to people and programs.
    #[track_caller]
    fn refused_with(self, expected: StatusCode, why: &str) -> Self {
        let answer = self.with_status(expected, why);
        assert_eq!(
            answer.header(header::CONTENT_TYPE),
            "application/problem+json",
            "{}: {why}; the status is right, and a client finds the reason by this header, not by the \
             look of the body {:?}",
            answer.request,
            answer.body
        );
        let problem = answer.json();
        assert_eq!(
            problem["status"],
            expected.as_u16(),
            "{}: `status` in the body repeats the answer's: {problem}",
            answer.request
        );
        for member in ["type", "title", "detail"] {
            assert!(
                problem[member]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{}: a problem has `{member}`, a text that is not empty: {problem}",
                answer.request
            );
        }
        answer
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|e| panic!("{}: no JSON but {:?}: {e}", self.request, self.body))
    }

    /// The header's text, empty if there is none.
    fn header(&self, name: header::HeaderName) -> &str {
        let value = self.headers.get(name);
        value.and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

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

async fn bare(router: &Router, method: Method, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    call(router, request.body(Body::empty()).expect("it is valid")).await
}

async fn send(router: &Router, method: Method, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()));
    let mut answer = call(router, request.expect("it is valid")).await;
    answer.request = format!("{} {body}", answer.request);
    answer
}

fn article(sku: &str, cents: u64) -> Value {
    json!({ "sku": sku, "name": "a cup", "cents": cents })
}

/// A shop with one article, `cup-1` for 900 cents.
async fn shop() -> (Store, Router) {
    let store = Store::new();
    let router = router(store.clone());
    let body = article("cup-1", 900).to_string();
    send(&router, Method::POST, "/articles", &body).await;
    (store, router)
}

#[tokio::test]
async fn what_works_says_what_it_did() {
    let router = router(Store::new());
    let answer = bare(&router, Method::GET, "/articles").await;
    let answer = answer.with_status(
        StatusCode::OK,
        "the list is there, although nothing is on it",
    );
    assert_eq!(
        answer.json(),
        json!([]),
        "the body of a success is what was asked for, without a wrapper"
    );

    let cup = article("cup-1", 900);
    let answer = send(&router, Method::POST, "/articles", &cup.to_string()).await;
    let answer = answer.with_status(StatusCode::CREATED, "a new article is more than `OK`");
    assert_eq!(answer.json(), cup, "the new article");
    let location = answer.header(header::LOCATION);
    assert_eq!(
        location, "/articles/cup-1",
        "`Location` says where the new article is, so that no client has to put paths together"
    );
    for path in [location, "/articles/cup-1"] {
        let answer = bare(&router, Method::GET, path).await;
        let answer = answer.with_status(StatusCode::OK, "the article was added a moment ago");
        assert_eq!(answer.json(), cup, "the article itself");
    }
    let answer = bare(&router, Method::GET, "/articles").await;
    assert_eq!(answer.json(), json!([cup]), "the list of one article");
}

#[tokio::test]
async fn put_tells_new_from_replaced() {
    let router = router(Store::new());
    let path = "/articles/cup-2";
    for (cents, expected, why) in [
        (700, StatusCode::CREATED, "`PUT` has made a new article"),
        (800, StatusCode::OK, "`PUT` has replaced an article"),
        (
            800,
            StatusCode::OK,
            "the same `PUT` again changes nothing and is fine",
        ),
    ] {
        let body = article("cup-2", cents);
        let answer = send(&router, Method::PUT, path, &body.to_string()).await;
        let answer = answer.with_status(expected, why);
        assert_eq!(answer.json(), body, "{why}: the article as it is now");
        let made = expected == StatusCode::CREATED;
        assert_eq!(
            answer.header(header::LOCATION),
            if made { path } else { "" },
            "{why}: `Location` is for what was created"
        );
    }
}

#[tokio::test]
async fn deleted_is_an_answer_without_a_body() {
    let (_, router) = shop().await;
    let answer = bare(&router, Method::DELETE, "/articles/cup-1").await;
    let answer = answer.with_status(StatusCode::NO_CONTENT, "the article was there");
    assert_eq!(answer.body, "", "204 says that there is no body");
    for method in [Method::GET, Method::DELETE] {
        let answer = bare(&router, method, "/articles/cup-1").await;
        answer.refused_with(StatusCode::NOT_FOUND, "the article is gone");
    }
}

#[tokio::test]
async fn what_the_caller_got_wrong_is_4xx() {
    let (_, router) = shop().await;
    let taken = article("cup-1", 100).to_string();
    let answer = send(&router, Method::POST, "/articles", &taken).await;
    answer.refused_with(StatusCode::CONFLICT, "there is a cup-1 already");
    let answer = bare(&router, Method::GET, "/articles/cup-1").await;
    assert_eq!(
        answer.json()["cents"],
        900,
        "a refused request changes nothing"
    );

    for (body, why) in [
        (article("cup-3", 0), "nothing is free"),
        (json!({ "sku": "cup-3", "name": " ", "cents": 1 }), "a name"),
        (article("cup/3", 1), "an SKU is letters, digits and `-`"),
        (article("", 1), "an SKU is not empty"),
    ] {
        let answer = send(&router, Method::POST, "/articles", &body.to_string()).await;
        let why = format!("the JSON is good, what it says is not ({why})");
        answer.refused_with(StatusCode::UNPROCESSABLE_ENTITY, &why);
    }
    let other = article("cup-4", 100).to_string();
    let answer = send(&router, Method::PUT, "/articles/cup-1", &other).await;
    answer.refused_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        "the path and the body are of two articles",
    );
    let answer = bare(&router, Method::GET, "/articles/cup-9").await;
    answer.refused_with(StatusCode::NOT_FOUND, "there never was a cup-9");
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_problem_too() {
    let (_, router) = shop().await;
    let cut_short = r#"{"sku": "cup-3""#;
    let answer = send(&router, Method::POST, "/articles", cut_short).await;
    answer.refused_with(StatusCode::BAD_REQUEST, "this is not JSON");
    let answer = send(&router, Method::POST, "/articles", r#"{"sku": "cup-3"}"#).await;
    answer.refused_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        "this is JSON, and members are missing",
    );
    let text = Request::post("/articles")
        .header(header::CONTENT_TYPE, "text/plain")
        .body(Body::from(article("cup-3", 1).to_string()));
    let answer = call(&router, text.expect("it is valid")).await;
    answer.refused_with(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "the right bytes by the wrong name",
    );
    let answer = bare(&router, Method::GET, "/article/cup-1").await;
    answer.refused_with(StatusCode::NOT_FOUND, "no route has this path");
    let answer = bare(&router, Method::GET, "/articles/%FF").await;
    answer.refused_with(StatusCode::BAD_REQUEST, "this byte is no text");

    for (method, path, allowed) in [
        (Method::DELETE, "/articles", vec!["GET", "POST"]),
        (
            Method::POST,
            "/articles/cup-1",
            vec!["DELETE", "GET", "PUT"],
        ),
    ] {
        let answer = bare(&router, method, path).await;
        let answer = answer.refused_with(StatusCode::METHOD_NOT_ALLOWED, "the path is known");
        let allow = answer.header(header::ALLOW);
        let mut methods: Vec<&str> = allow.split(',').map(str::trim).collect();
        methods.retain(|&method| method != "HEAD");
        methods.sort_unstable();
        assert_eq!(
            methods, allowed,
            "{}: 405 names in `Allow` what the path can do (HEAD aside)",
            answer.request
        );
    }
}

#[tokio::test]
async fn what_we_got_wrong_is_5xx_and_keeps_its_secrets() {
    let (store, router) = shop().await;
    store.set_down(true);
    let cup = article("cup-1", 100).to_string();
    for (method, path, body) in [
        (Method::GET, "/articles", ""),
        (Method::POST, "/articles", cup.as_str()),
        (Method::GET, "/articles/cup-1", ""),
        (Method::PUT, "/articles/cup-1", cup.as_str()),
        (Method::DELETE, "/articles/cup-1", ""),
    ] {
        let answer = send(&router, method, path, body).await;
        let answer = answer.refused_with(
            StatusCode::SERVICE_UNAVAILABLE,
            "the database is away: the request is fine, and may succeed later",
        );
        let seconds = answer.header(header::RETRY_AFTER).parse();
        assert!(
            matches!(seconds, Ok(1..=60_u32)),
            "{}: `Retry-After` tells clients when to come back, in 1 to 60 seconds, not {:?}",
            answer.request,
            answer.header(header::RETRY_AFTER)
        );
        for secret in ["postgres", "hunter2", "10.0.3.7"] {
            assert!(
                !answer.body.contains(secret),
                "{}: the world learns `{secret}` from {:?}",
                answer.request,
                answer.body
            );
        }
    }
    store.set_down(false);
    let answer = bare(&router, Method::GET, "/articles/cup-1").await;
    let answer = answer.with_status(StatusCode::OK, "the database is back");
    assert_eq!(
        answer.json()["cents"],
        900,
        "no refused request has changed it"
    );
}
