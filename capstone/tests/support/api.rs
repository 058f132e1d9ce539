// A client of the API that needs no socket: requests go into the router, answers come out.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// What somebody asks.
#[derive(Debug, Clone)]
pub struct Ask {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
    peer: Option<SocketAddr>,
}

/// What they are told.
#[derive(Debug, PartialEq)]
pub struct Told {
    pub status: u16,
    pub headers: HeaderMap,
    /// `Null` where there is no body, a text where it is not JSON.
    pub body: Value,
}

impl Ask {
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            peer: None,
        }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Signed in with this token.
    pub fn by(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// On a connection from this address.
    pub fn from(mut self, peer: &str) -> Self {
        let address = peer.parse().expect("the test writes addresses");
        self.peer = Some(SocketAddr::new(address, 4711));
        self
    }

    pub fn json(self, body: Value) -> Self {
        self.text("application/json", body.to_string())
    }

    pub fn text(mut self, kind: &str, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", kind)
    }

    pub async fn of(self, api: &Router) -> Told {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        let body = self.body.map_or_else(Body::empty, Body::from);
        let mut request = request.body(body).expect("the test writes valid requests");
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = match api.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body in memory").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = match text.is_empty() {
            true => Value::Null,
            false => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        };
        Told {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
        }
    }
}

impl Told {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The status and the type of a problem, which must be one in all its parts.
    pub fn problem(&self) -> (u16, &str) {
        let kind = self.header("content-type").unwrap_or("no content-type");
        assert_eq!(
            kind, "application/problem+json",
            "whoever is refused is told why in one form, always: {self:?}"
        );
        assert_eq!(
            self.body["status"],
            Value::from(self.status),
            "the problem repeats the status, for logs that have only the body: {}",
            self.body
        );
        let title = self.body["title"].as_str().unwrap_or_default();
        assert!(
            !title.is_empty(),
            "the problem has a title for people: {}",
            self.body
        );
        (self.status, self.body["type"].as_str().unwrap_or("no type"))
    }
}
