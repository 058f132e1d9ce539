//! What the link service promises, as a client sees it. The client is typed, and has one router that it
//! calls again and again.

use axum::Router;
use axum::body::{self, Body};
use axum::http::{Method, Request, Response, StatusCode, header};
use no_live_server::{Links, MAX_BODY, router};
use serde::Deserialize;
use tower::{Service, ServiceExt};

const JSON: &str = "application/json";

/// Reads a link strictly: a number that comes as text is a mistake.
#[derive(Debug, PartialEq, Deserialize)]
struct Link {
    id: String,
    target: String,
    visits: u64,
}

#[derive(Debug, Deserialize)]
struct Refusal {
    error: String,
}

struct Client(Router);

impl Client {
    fn of(links: &Links) -> Self {
        Self(router(links.clone()))
    }

    fn new() -> Self {
        Self::of(&Links::new())
    }

    async fn send(&mut self, request: Request<Body>) -> Response<Body> {
        let router = ServiceExt::<Request<Body>>::ready(&mut self.0).await;
        let answer = match router {
            Ok(router) => router.call(request).await,
            Err(never) => match never {},
        };
        answer.unwrap_or_else(|never| match never {})
    }

    async fn ask(&mut self, method: Method, path: &str) -> Response<Body> {
        let request = Request::builder().method(method).uri(path);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn wish(&mut self, kind: &str, text: &str) -> Response<Body> {
        let request = Request::post("/links").header(header::CONTENT_TYPE, kind);
        self.send(request.body(Body::from(text.to_owned())).unwrap())
            .await
    }

    /// Makes a link: where it is, and what it is.
    async fn make(&mut self, target: &str) -> (String, Link) {
        let text = format!(r#"{{"target":"{target}"}}"#);
        let answer = self.wish(JSON, &text).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{text}");
        let path = answer.headers().get(header::LOCATION);
        let path = path.expect("a new link has a `Location`").to_str();
        (path.unwrap().to_owned(), read(answer).await)
    }

    async fn look(&mut self, path: &str) -> Link {
        let answer = self.ask(Method::GET, path).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        read(answer).await
    }

    async fn go(&mut self, id: &str) -> String {
        let answer = self.ask(Method::GET, &format!("/go/{id}")).await;
        assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT, "{id}");
        answer.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .to_owned()
    }

    /// Asks for something that is refused, and looks at the whole refusal.
    async fn refused(&mut self, method: Method, path: &str, expected: StatusCode) {
        let about = format!("{method} {path}");
        is_refused(self.ask(method, path).await, expected, &about).await;
    }
}

async fn read<T: for<'de> Deserialize<'de>>(answer: Response<Body>) -> T {
    assert_eq!(answer.headers()[header::CONTENT_TYPE], JSON);
    let bytes = body::to_bytes(answer.into_body(), usize::MAX)
        .await
        .unwrap();
    serde_json::from_slice(&bytes)
        .unwrap_or_else(|e| panic!("{e} in {}", String::from_utf8_lossy(&bytes)))
}

async fn is_refused(answer: Response<Body>, expected: StatusCode, about: &str) {
    assert_eq!(answer.status(), expected, "{about}");
    let Refusal { error } = read(answer).await;
    assert_ne!(error, "", "{about}: a refusal has a reason");
}

#[tokio::test]
async fn the_life_of_a_link() {
    let mut client = Client::new();
    let (path, link) = client.make("http://example.com/x").await;
    let new = Link {
        id: link.id.clone(),
        target: "http://example.com/x".to_owned(),
        visits: 0,
    };
    assert_eq!(link, new);
    assert_eq!(client.look(&path).await, new);
    assert_eq!(client.go(&link.id).await, "http://example.com/x");
    assert_eq!(client.look(&path).await, Link { visits: 1, ..new });

    let answer = client.ask(Method::DELETE, &path).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    for (method, path) in [
        (Method::GET, path.clone()),
        (Method::GET, format!("/go/{}", link.id)),
        (Method::DELETE, path),
    ] {
        client.refused(method, &path, StatusCode::NOT_FOUND).await;
    }
}

#[tokio::test]
async fn an_id_is_never_given_twice() {
    let mut client = Client::new();
    let mut links = Vec::new();
    for n in 0..5 {
        let (path, link) = client.make(&format!("http://example.com/{n}")).await;
        if n % 2 == 0 {
            client.ask(Method::DELETE, &path).await;
        }
        links.push(link);
    }
    for (n, link) in links.iter().enumerate().filter(|(n, _)| n % 2 == 1) {
        assert_eq!(client.go(&link.id).await, format!("http://example.com/{n}"));
    }
    links.sort_by(|a, b| a.id.cmp(&b.id));
    links.dedup_by(|a, b| a.id == b.id);
    assert_eq!(links.len(), 5, "five links had five ids: {links:?}");
}

#[tokio::test]
async fn refusals() {
    let mut client = Client::new();
    for (method, path, expected) in [
        (Method::GET, "/elsewhere", StatusCode::NOT_FOUND),
        (Method::GET, "/links/x", StatusCode::NOT_FOUND),
        (Method::PUT, "/links/x", StatusCode::METHOD_NOT_ALLOWED),
        (Method::GET, "/links", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        client.refused(method, path, expected).await;
    }
    let large = " ".repeat(MAX_BODY) + "{}";
    for (kind, text, expected) in [
        (JSON, "target", StatusCode::BAD_REQUEST),
        (JSON, r#"{"target":1}"#, StatusCode::UNPROCESSABLE_ENTITY),
        ("text/html", "{}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (JSON, &large, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let about = text.trim();
        is_refused(client.wish(kind, text).await, expected, about).await;
    }
}

#[tokio::test]
async fn services_are_apart() {
    let links = Links::new();
    let (path, link) = Client::of(&links).make("http://example.com").await;
    assert_eq!(Client::of(&links).look(&path).await, link);
    let mut other = Client::new();
    other
        .refused(Method::GET, &path, StatusCode::NOT_FOUND)
        .await;
}
