//! What the link service promises, asked by calling its router: no port, no connection, no parsing of
//! answers by hand.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use no_live_server::{Links, MAX_BODY, router};
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

    /// A refusal has a status and, whatever its words, the shape that clients parse.
    #[track_caller]
    fn refused_with(self, expected: StatusCode, why: &str) -> Self {
        let answer = self.with_status(expected, why);
        let Answer { request, body, .. } = &answer;
        assert_eq!(
            answer.header(header::CONTENT_TYPE),
            "application/json",
            "{request}: a client parses by this header"
        );
        assert!(
            answer.json()["error"].is_string(),
            "{request}: the reason is in `error`, but the body is {body:?}"
        );
        answer
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

async fn post(router: &Router, kind: &str, body: String) -> Answer {
    let request = Request::post("/links").header(header::CONTENT_TYPE, kind);
    call(
        router,
        request.body(Body::from(body)).expect("a good request"),
    )
    .await
}

/// Makes a link and returns what a client knows of it: its path and its id. Ids are the service's
/// business, so no test spells one.
async fn made(router: &Router, target: &str) -> (String, String) {
    let wish = json!({ "target": target }).to_string();
    let answer = post(router, "application/json", wish).await;
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
        .refused_with(StatusCode::NOT_FOUND, gone);
    let go = get(&router, &format!("/go/{id}")).await;
    go.refused_with(StatusCode::NOT_FOUND, gone);
    let again = bare(&router, Method::DELETE, &path).await;
    again.refused_with(StatusCode::NOT_FOUND, gone);
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
async fn what_is_not_there_is_not_found() {
    let router = router(Links::new());
    for path in ["/links/none", "/go/none", "/", "/nowhere"] {
        let answer = get(&router, path).await;
        answer.refused_with(StatusCode::NOT_FOUND, "nothing is there");
    }
    let answer = bare(&router, Method::DELETE, "/links/none").await;
    answer.refused_with(StatusCode::NOT_FOUND, "nothing is there");
}

#[tokio::test]
async fn a_path_with_other_methods_is_not_a_missing_path() {
    let router = router(Links::new());
    for (method, path) in [
        (Method::GET, "/links"),
        (Method::POST, "/links/none"),
        (Method::DELETE, "/go/none"),
    ] {
        let answer = bare(&router, method, path).await;
        answer.refused_with(StatusCode::METHOD_NOT_ALLOWED, "the path is known");
    }
}

#[tokio::test]
async fn a_wish_that_makes_no_sense_is_refused() {
    let router = router(Links::new());
    for (kind, body, expected, why) in [
        ("application/json", "{", StatusCode::BAD_REQUEST, "no JSON"),
        (
            "application/json",
            "{}",
            StatusCode::UNPROCESSABLE_ENTITY,
            "no target",
        ),
        (
            "application/json",
            r#"{"target":"a\nb"}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "no header can carry a line break",
        ),
        (
            "text/plain",
            r#"{"target":"https://example.com"}"#,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the right body by the wrong name",
        ),
    ] {
        let answer = post(&router, kind, body.to_owned()).await;
        answer.refused_with(expected, why);
    }
}

#[tokio::test]
async fn a_body_has_a_largest_size() {
    let router = router(Links::new());
    // White space is good JSON, so the size is all that is wrong with the second body.
    let wish = json!({ "target": "https://example.com" }).to_string();
    for (size, expected) in [
        (MAX_BODY, StatusCode::CREATED),
        (MAX_BODY + 1, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let body = format!("{wish:size$}");
        let answer = post(&router, "application/json", body).await;
        answer.with_status(expected, &format!("{size} bytes of {MAX_BODY}"));
    }
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
        .refused_with(StatusCode::NOT_FOUND, "made in another service");
}
