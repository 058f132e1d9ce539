// A client without a network, a clock that is set by hand, and a store that has bad moments.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use worker_queue::{
    Census, Change, Clock, Enqueued, Full, Intake, Job, JobId, Refused, Store, StoreError,
    Timestamp, Work,
};

/// Shows what it was set to.
#[derive(Default)]
pub struct Dial(AtomicU64);

impl Dial {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn set(&self, millis: u64) {
        self.0.store(millis, Ordering::SeqCst);
    }
}

impl Clock for Dial {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Reply {
    pub asked: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| {
            panic!(
                "{}: the answer is to be JSON ({error}): {:?}",
                self.asked, self.text
            )
        })
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| {
            value.to_str().expect("headers of ours are ASCII")
        })
    }

    /// That it has the status, with its fields.
    #[track_caller]
    pub fn expect(&self, status: u16, why: &str) -> Value {
        assert_eq!(self.status, status, "{}: {why}: {}", self.asked, self.text);
        self.json()
    }

    /// That it is a problem of that type.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str, why: &str) {
        let media = self.header("content-type");
        assert_eq!(
            (self.status, media),
            (status, "application/problem+json"),
            "{}: {why}: {:?}",
            self.asked,
            self.text
        );
        let body = self.json();
        let told = (&body["type"], &body["status"]);
        assert_eq!(
            told,
            (&json!(kind), &json!(status)),
            "{}: {why}",
            self.asked
        );
        let title = body["title"].as_str().unwrap_or_default();
        assert!(
            !title.is_empty(),
            "{}: people read the title: {body}",
            self.asked
        );
    }
}

/// Sends a request, and waits for the answer.
pub async fn send(router: &Router, request: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let (method, path) = request.split_once(' ').expect("a method and a path");
    let mut built = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        built = built.header(*name, *value);
    }
    let built = built.body(Body::from(body.to_owned()));
    let answer = router.clone().oneshot(built.expect("a test's own request"));
    let (head, body) = answer
        .await
        .expect("a router fails at nothing")
        .into_parts();
    let bytes = body
        .collect()
        .await
        .expect("the body has an end")
        .to_bytes();
    Reply {
        asked: request.to_owned(),
        status: head.status.as_u16(),
        headers: head.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

pub async fn get(router: &Router, path: &str) -> Reply {
    send(router, &format!("GET {path}"), &[], "").await
}

pub async fn act(router: &Router, path: &str) -> Reply {
    send(router, &format!("POST {path}"), &[], "").await
}

/// The body for a job of so many attempts.
pub fn draft(payload: &str, attempts: u32) -> String {
    json!({"kind": "invoice", "payload": payload, "attempts": attempts}).to_string()
}

pub async fn put(router: &Router, payload: &str, key: Option<&str>) -> Reply {
    let media = ("content-type", "application/json");
    let mut headers = vec![media];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    send(router, "POST /jobs", &headers, &draft(payload, 2)).await
}

/// A store behind a door, where one looks who comes.
pub struct Door {
    pub inner: Arc<dyn Intake>,
    /// Nothing is done, and that is said.
    pub away: AtomicBool,
    /// It is done, and the answer is lost.
    pub lost: AtomicBool,
    /// Whenever somebody has had a look, another client has put a job in before they come back.
    pub crowd: AtomicBool,
    /// Which thread has made which call last.
    pub threads: Mutex<BTreeMap<&'static str, ThreadId>>,
}

impl Door {
    pub fn new(inner: Arc<dyn Intake>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            away: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            crowd: AtomicBool::new(false),
            threads: Mutex::default(),
        })
    }

    fn pass<T>(
        &self,
        call: &'static str,
        inner: impl FnOnce(&dyn Intake) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let caller = thread::current().id();
        let mut threads = self.threads.lock().expect("nobody panics with it");
        threads.insert(call, caller);
        drop(threads);
        let failed = |why| Err(StoreError::new("reach the store", why));
        if self.away.load(Ordering::SeqCst) {
            return failed("no route to db-7.internal");
        }
        let answer = inner(&*self.inner);
        if self.lost.load(Ordering::SeqCst) {
            return failed("connection reset by db-7.internal");
        }
        answer
    }

    fn look<T>(
        &self,
        call: &'static str,
        inner: impl FnOnce(&dyn Intake) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let seen = self.pass(call, inner);
        if self.crowd.load(Ordering::SeqCst) {
            let other = Work::new("invoice", "of another client");
            self.inner.enqueue(other, None, Timestamp::from_millis(0))?;
        }
        seen
    }
}

impl Intake for Door {
    fn admit(
        &self,
        work: Work,
        key: Option<&str>,
        room: u64,
        now: Timestamp,
    ) -> Result<Result<Enqueued, Full>, StoreError> {
        self.pass("admit", |store| store.admit(work, key, room, now))
    }
}

impl Store for Door {
    fn enqueue(
        &self,
        work: Work,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        self.pass("enqueue", |store| store.enqueue(work, key, now))
    }

    fn claim(&self, now: Timestamp, length: Duration) -> Result<Option<Job>, StoreError> {
        self.pass("claim", |store| store.claim(now, length))
    }

    fn change(
        &self,
        id: JobId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError> {
        self.pass("change", |store| store.change(id, change, now))
    }

    fn find(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.look("find", |store| store.find(id))
    }

    fn dead(
        &self,
        now: Timestamp,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        self.look("dead", |store| store.dead(now, after, limit))
    }

    fn census(&self, now: Timestamp) -> Result<Census, StoreError> {
        self.look("census", |store| store.census(now))
    }
}
