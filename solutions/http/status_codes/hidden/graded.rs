//! The same promises at values that the visible tests do not name.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use status_codes::{Store, router};
use tower::ServiceExt;

async fn call(
    router: &Router,
    method: &str,
    path: &str,
    body: impl Into<Body>,
) -> (StatusCode, HeaderMap, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
        .expect("it is valid");
    let response = router.clone().oneshot(request).await;
    let (head, body) = response.unwrap_or_else(|never| match never {}).into_parts();
    let body = body.collect().await.expect("the body is in memory");
    let body = serde_json::from_slice(&body.to_bytes()).unwrap_or(Value::Null);
    (head.status, head.headers, body)
}

#[track_caller]
fn is_problem((status, headers, body): &(StatusCode, HeaderMap, Value), expected: StatusCode) {
    let kind = headers.get(header::CONTENT_TYPE);
    assert_eq!(
        (*status, kind.and_then(|kind| kind.to_str().ok())),
        (expected, Some("application/problem+json")),
        "a refusal is a problem: {body}"
    );
    assert_eq!(
        body["status"],
        expected.as_u16(),
        "in the body, too: {body}"
    );
}

#[tokio::test]
async fn a_life_of_many_articles() {
    let router = router(Store::new());
    for n in 1..=20_u64 {
        let sku = format!("Mug-{n}");
        let body = json!({ "sku": sku, "name": "a mug", "cents": n });
        let (status, headers, got) = call(&router, "POST", "/articles", body.to_string()).await;
        assert_eq!((status, &got), (StatusCode::CREATED, &body), "{sku}");
        let location = format!("/articles/{sku}");
        assert_eq!(headers[header::LOCATION], location.as_str(), "{sku}");
        let again = call(&router, "POST", "/articles", body.to_string()).await;
        is_problem(&again, StatusCode::CONFLICT);
        if n % 2 == 0 {
            let (status, ..) = call(&router, "DELETE", &location, Body::empty()).await;
            assert_eq!(status, StatusCode::NO_CONTENT, "{sku}");
            let gone = call(&router, "DELETE", &location, Body::empty()).await;
            is_problem(&gone, StatusCode::NOT_FOUND);
            let (status, ..) = call(&router, "PUT", &location, body.to_string()).await;
            assert_eq!(status, StatusCode::CREATED, "{sku} was deleted and is new");
        }
        let (status, ..) = call(&router, "PUT", &location, body.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{sku} is there");
    }
    let (_, _, list) = call(&router, "GET", "/articles", Body::empty()).await;
    assert_eq!(list.as_array().map(Vec::len), Some(20), "{list}");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_problem() {
    let router = router(Store::new());
    let large = " ".repeat(3 << 20);
    for (method, path) in [("POST", "/articles"), ("PUT", "/articles/mug")] {
        let answer = call(&router, method, path, large.clone()).await;
        is_problem(&answer, StatusCode::PAYLOAD_TOO_LARGE);
    }
}

#[tokio::test]
async fn every_route_refuses_alike() {
    let router = router(Store::new());
    for body in [
        "",
        "[",
        r#"{"sku": 1}"#,
        "null",
        r#"{"sku":"m","name":"m","cents":-1}"#,
    ] {
        let expected = match body {
            "" | "[" => StatusCode::BAD_REQUEST,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        for (method, path) in [("POST", "/articles"), ("PUT", "/articles/m")] {
            is_problem(&call(&router, method, path, body).await, expected);
        }
    }
    for path in ["/", "/articles/", "/articles/a/b"] {
        let answer = call(&router, "GET", path, Body::empty()).await;
        is_problem(&answer, StatusCode::NOT_FOUND);
    }
    for method in [Method::PUT, Method::DELETE] {
        let answer = call(&router, method.as_str(), "/articles/%C3%28", "{}").await;
        is_problem(&answer, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let store = Store::new();
    let router = router(store.clone());
    let absent = call(&router, "HEAD", "/articles/mug", Body::empty()).await;
    assert_eq!(absent.0, StatusCode::NOT_FOUND, "no mug was added");
    let body = json!({ "sku": "mug", "name": "a mug", "cents": 5 }).to_string();
    call(&router, "PUT", "/articles/mug", body).await;
    let (status, ..) = call(&router, "HEAD", "/articles/mug", Body::empty()).await;
    assert_eq!(status, StatusCode::OK, "it was added");
    store.set_down(true);
    let (status, headers, _) = call(&router, "HEAD", "/articles/mug", Body::empty()).await;
    assert_eq!(
        status,
        StatusCode::SERVICE_UNAVAILABLE,
        "the database is away"
    );
    assert!(
        headers.contains_key(header::RETRY_AFTER),
        "when to come back"
    );
}
