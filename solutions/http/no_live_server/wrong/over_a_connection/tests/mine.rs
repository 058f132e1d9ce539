//! What the link service promises, asked over a connection.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use no_live_server::{Links, MAX_BODY, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

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

/// Starts a server for the request, so that nothing is tested that users do not use.
async fn call(router: &Links, request: Request<Body>) -> Answer {
    let name = format!("{} {}", request.method(), request.uri());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener, router.clone()));

    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut text = format!("{} {} HTTP/1.1\r\nhost: test\r\n", head.method, head.uri);
    for (key, value) in &head.headers {
        text += &format!("{key}: {}\r\n", value.to_str().unwrap());
    }
    text += &format!(
        "connection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    let bytes = [text.as_bytes(), &body].concat();
    stream.write_all(&bytes).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    server.abort();

    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(": ")?;
        Some((name.parse().ok()?, value.parse().ok()?))
    });
    Answer {
        request: name,
        status: status.expect("a status").parse().expect("a number"),
        headers: headers.collect(),
        body: body.to_owned(),
    }
}

async fn bare(router: &Links, method: Method, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    call(router, request.body(Body::empty()).expect("a good request")).await
}

async fn get(router: &Links, path: &str) -> Answer {
    bare(router, Method::GET, path).await
}

async fn post(router: &Links, kind: &str, body: String) -> Answer {
    let request = Request::post("/links").header(header::CONTENT_TYPE, kind);
    call(
        router,
        request.body(Body::from(body)).expect("a good request"),
    )
    .await
}

/// Makes a link and returns what a client knows of it: its path and its id. Ids are the service's
/// business, so no test spells one.
async fn made(router: &Links, target: &str) -> (String, String) {
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
    let router = Links::new();
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
    let router = Links::new();
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
    let router = Links::new();
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
    let router = Links::new();
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
    let router = Links::new();
    for path in ["/links/none", "/go/none", "/", "/nowhere"] {
        let answer = get(&router, path).await;
        answer.refused_with(StatusCode::NOT_FOUND, "nothing is there");
    }
    let answer = bare(&router, Method::DELETE, "/links/none").await;
    answer.refused_with(StatusCode::NOT_FOUND, "nothing is there");
}

#[tokio::test]
async fn a_path_with_other_methods_is_not_a_missing_path() {
    let router = Links::new();
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
    let router = Links::new();
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
    let router = Links::new();
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
    let (one, same) = (links.clone(), links);
    let other = Links::new();
    let (path, _) = made(&one, "https://example.com/a").await;

    get(&same, &path)
        .await
        .with_status(StatusCode::OK, "made by another router of the same links");
    get(&other, &path)
        .await
        .refused_with(StatusCode::NOT_FOUND, "made in another service");
}
