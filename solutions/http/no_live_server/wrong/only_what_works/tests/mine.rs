//! What the link service promises, asked by calling its router: no port, no connection, no parsing of
//! answers by hand.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use no_live_server::{Links, router};
use serde_json::{Value, json};
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
        let Self { request, body, .. } = &self;
        assert_eq!(self.status, expected, "{request}: {why}; body {body:?}");
        self
    }

    #[track_caller]
    fn header(&self, name: header::HeaderName) -> &str {
        let Self { request, .. } = self;
        let value = self.headers.get(&name).map(|value| value.to_str());
        value
            .unwrap_or_else(|| panic!("{request}: the answer has no `{name}`"))
            .unwrap_or_else(|e| panic!("{request}: `{name}` is no text: {e}"))
    }

    #[track_caller]
    fn json(&self) -> Value {
        let Self { request, body, .. } = self;
        serde_json::from_str(body).unwrap_or_else(|e| panic!("{request}: {e} in {body:?}"))
    }
}

/// Calls a router as the server would: with a clone, because `oneshot` uses it up.
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
    call(router, request.body(Body::empty()).expect("a good request")).await
}

async fn get(router: &Router, path: &str) -> Answer {
    bare(router, Method::GET, path).await
}

/// Makes a link and returns what a client knows of it: its path and its id. Ids are the service's
/// business, so no test spells one.
async fn made(router: &Router, target: &str) -> (String, String) {
    let request = Request::post("/links")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "target": target }).to_string()));
    let answer = call(router, request.expect("a good request")).await;
    let answer = answer.with_status(StatusCode::CREATED, "a link was made");
    let path = answer.header(header::LOCATION).to_owned();
    let id = answer.json()["id"]
        .as_str()
        .expect("an id is text")
        .to_owned();
    assert_eq!(
        answer.json(),
        json!({ "id": id, "target": target, "visits": 0 }),
        "a new link, as {} shows it",
        answer.request
    );
    (path, id)
}

#[track_caller]
fn leads_to(answer: Answer, target: &str) {
    let answer = answer.with_status(
        StatusCode::TEMPORARY_REDIRECT,
        "the next visit has to come here again",
    );
    assert_eq!(
        answer.header(header::LOCATION),
        target,
        "{}",
        answer.request
    );
}

#[tokio::test]
async fn a_link_is_found_where_location_says() {
    let router = router(Links::new());
    let (path, id) = made(&router, "https://example.com/a").await;
    let answer = get(&router, &path).await;
    let answer = answer.with_status(StatusCode::OK, "the link was made a moment ago");
    assert_eq!(
        answer.json(),
        json!({ "id": id, "target": "https://example.com/a", "visits": 0 })
    );
}

#[tokio::test]
async fn following_is_a_visit_and_looking_is_not() {
    let router = router(Links::new());
    let (path, id) = made(&router, "https://example.com/a").await;
    for visits in 1..=3 {
        leads_to(
            get(&router, &format!("/go/{id}")).await,
            "https://example.com/a",
        );
        for look in 1..=2 {
            let answer = get(&router, &path).await;
            assert_eq!(
                answer.json()["visits"],
                visits,
                "after {visits} visits, look {look}"
            );
        }
    }
}

#[tokio::test]
async fn a_deleted_link_is_unknown_everywhere() {
    let router = router(Links::new());
    let (path, id) = made(&router, "https://example.com/a").await;
    let answer = bare(&router, Method::DELETE, &path).await;
    let answer = answer.with_status(StatusCode::NO_CONTENT, "the link was there");
    assert_eq!(answer.body, "", "204 has no body");

    let gone = "the link was deleted";
    get(&router, &path)
        .await
        .with_status(StatusCode::NOT_FOUND, gone);
    let go = get(&router, &format!("/go/{id}")).await;
    go.with_status(StatusCode::NOT_FOUND, gone);
    let again = bare(&router, Method::DELETE, &path).await;
    again.with_status(StatusCode::NOT_FOUND, gone);
}

#[tokio::test]
async fn links_keep_to_themselves_when_others_come_and_go() {
    let router = router(Links::new());
    let (first, _) = made(&router, "https://example.com/1").await;
    let (_, second) = made(&router, "https://example.com/2").await;
    bare(&router, Method::DELETE, &first)
        .await
        .with_status(StatusCode::NO_CONTENT, "the first link was there");
    let (_, third) = made(&router, "https://example.com/3").await;

    leads_to(
        get(&router, &format!("/go/{second}")).await,
        "https://example.com/2",
    );
    leads_to(
        get(&router, &format!("/go/{third}")).await,
        "https://example.com/3",
    );
}

#[tokio::test]
async fn two_services_share_nothing_and_two_routers_of_one_share_all() {
    let links = Links::new();
    let (one, same) = (router(links.clone()), router(links));
    let other = router(Links::new());
    let (path, _) = made(&one, "https://example.com/a").await;

    get(&same, &path)
        .await
        .with_status(StatusCode::OK, "made by another router of the same links");
    get(&other, &path)
        .await
        .with_status(StatusCode::NOT_FOUND, "made in another service");
}
