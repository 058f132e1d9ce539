// A client without a network, people with tokens, and a desk that says what a test wants it to.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use rooms::desk::{Desk, Failure, UseCases};
use rooms::domain::{Booking, BookingId, Event, Minute, Role, Room, Slot, Title, UserId};
use rooms::ports::{Callers, Clock, Ids, RoomId, Rooms, Unavailable, Version};
use rooms::stores::Memory;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::support::{ADA, BO, CY, DI, NINE, room};

pub const HALL: RoomId = RoomId(7);

/// She has a token, and no role in any room.
pub const EVE: UserId = UserId(9);
const PEOPLE: [(&str, UserId); 5] = [
    ("ada-1", ADA),
    ("bo-2", BO),
    ("cy-3", CY),
    ("di-4", DI),
    ("eve-9", EVE),
];

/// Six requests that are right, one for each route, for the hall.
pub const ROUTES: [(&str, &str); 6] = [
    ("POST /rooms", ""),
    ("GET /rooms/7", ""),
    (
        "POST /rooms/7/bookings",
        r#"{"from": 1772445600, "until": 1772447400, "title": "stand-up"}"#,
    ),
    ("DELETE /rooms/7/bookings/100", ""),
    ("PUT /rooms/7/people/3", r#"{"role": "guest"}"#),
    ("DELETE /rooms/7/people/3", ""),
];

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

    pub fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name)?;
        Some(value.to_str().expect("headers of ours are ASCII"))
    }

    /// That it has the status, with its body.
    #[track_caller]
    pub fn expect(&self, status: u16, why: &str) -> Value {
        assert_eq!(
            self.status, status,
            "{}: status (left), and what it was to be (right): {why}. The body: {}",
            self.asked, self.text
        );
        self.json()
    }

    /// That it is a problem of that type, and says nothing that is not in the statement. Its title.
    #[track_caller]
    pub fn problem(&self, status: u16, kind: &str, reason: Option<&str>, why: &str) -> String {
        assert_eq!(
            (self.status, self.header("content-type")),
            (status, Some("application/problem+json")),
            "{}: status and content type (left), and what they were to be (right): {why}. The body: {:?}",
            self.asked,
            self.text
        );
        let body = self.json();
        let title = body["title"].as_str().unwrap_or_default().to_owned();
        let mut expected = serde_json::json!({"type": kind, "title": title, "status": status});
        if let Some(reason) = reason {
            expected["reason"] = reason.into();
        }
        assert_eq!(
            body, expected,
            "{}: the problem (left), and what it was to be (right), with any title and no other member: {why}",
            self.asked
        );
        assert!(
            !title.is_empty(),
            "{}: people read the title, and it is empty: {body}",
            self.asked
        );
        title
    }
}

/// Sends a request, and waits for the answer. A panic on the way is a connection that breaks, so it is told as that.
pub async fn send(
    router: &Router,
    request: &str,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Reply {
    let (method, path) = request.split_once(' ').expect("a method and a path");
    let mut built = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        built = built.header(*name, *value);
    }
    let built = built.body(Body::from(body.as_ref().to_vec()));
    let answer = router.clone().oneshot(built.expect("a test's own request"));
    let answer = tokio::spawn(answer).await.unwrap_or_else(|_| {
        panic!(
            "{request}: the handler has panicked. The connection breaks, and the client gets no answer at all"
        )
    });
    let (head, body) = answer.expect("a router fails at nothing").into_parts();
    let bytes = (body.collect().await)
        .expect("the body has an end")
        .to_bytes();
    Reply {
        asked: request.to_owned(),
        status: head.status.as_u16(),
        headers: head.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

/// As somebody with a token, as clients send JSON.
pub async fn ask(router: &Router, token: &str, request: &str, body: impl AsRef<[u8]>) -> Reply {
    let token = format!("Bearer {token}");
    let headers = [
        ("authorization", &*token),
        ("content-type", "application/json"),
    ];
    send(router, request, &headers, body).await
}

/// Who knows the people of the tests, and counts who asks.
#[derive(Default)]
pub struct Badges {
    /// Nobody can be found out.
    pub away: AtomicBool,
    pub asked: AtomicU64,
    pub threads: Mutex<Vec<ThreadId>>,
}

impl Callers for Badges {
    fn who(&self, token: &str) -> Result<Option<UserId>, Unavailable> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let mut threads = self.threads.lock().expect("nobody panics with it");
        threads.push(thread::current().id());
        if self.away.load(Ordering::SeqCst) {
            return Err(Unavailable);
        }
        let known = PEOPLE.iter().find(|(known, _)| *known == token);
        Ok(known.map(|(_, user)| *user))
    }
}

/// Shows what it was set to.
pub struct Dial(pub AtomicI64);

impl Clock for &'static Dial {
    fn now(&self) -> Minute {
        Minute(self.0.load(Ordering::SeqCst))
    }
}

/// Numbers from 100 on.
pub struct From100(AtomicU64);

impl Default for From100 {
    fn default() -> Self {
        Self(AtomicU64::new(100))
    }
}

impl Ids for From100 {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

/// A true desk at nine o'clock, over memory: in the hall Ada is the owner, Bo and Cy are members, Di is a guest.
pub fn desk() -> (Arc<dyn UseCases>, &'static Dial) {
    let memory = Memory::new();
    let hall: Room = room();
    let saved = memory.save(HALL, &hall, Version(0));
    assert!(saved.is_ok(), "the hall was expected to be saved");
    let dial: &'static Dial = Box::leak(Box::new(Dial(AtomicI64::new(NINE.0))));
    let desk = Desk::new(memory, dial, From100::default());
    (Arc::new(desk), dial)
}

/// What the desk of a test says next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Says {
    /// To everything, whatever anybody's rules are.
    Yes,
    No(Failure),
    /// A bug, with something in its message that is nobody's business.
    Panics,
}

/// A desk that says what it is told to, and writes down what it was asked.
pub struct Script {
    pub says: Mutex<Says>,
    /// What a yes has caused.
    pub events: Mutex<Vec<Event>>,
    pub bookings: Mutex<Vec<Booking>>,
    pub asked: Mutex<Vec<String>>,
    pub threads: Mutex<Vec<ThreadId>>,
}

impl Script {
    pub fn new(says: Says) -> Arc<Self> {
        Arc::new(Self {
            says: Mutex::new(says),
            events: Mutex::default(),
            bookings: Mutex::default(),
            asked: Mutex::default(),
            threads: Mutex::default(),
        })
    }

    /// What it was asked since the last time.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().expect("nobody panics with it"))
    }

    pub fn say(&self, says: Says) {
        *self.says.lock().expect("nobody panics with it") = says;
    }

    fn answer<T: Clone>(&self, asked: String, yes: &Mutex<T>) -> Result<T, Failure> {
        let mut threads = self.threads.lock().expect("nobody panics with it");
        threads.push(thread::current().id());
        drop(threads);
        self.asked
            .lock()
            .expect("nobody panics with it")
            .push(asked);
        let says = *self.says.lock().expect("nobody panics with it");
        match says {
            Says::Yes => Ok(yes.lock().expect("nobody panics with it").clone()),
            Says::No(failure) => Err(failure),
            Says::Panics => panic!("/var/lib/rooms/7.log: index 12 of 11"),
        }
    }
}

impl UseCases for Script {
    fn found(&self, owner: UserId) -> Result<RoomId, Failure> {
        self.answer(format!("found by {}", owner.0), &Mutex::new(HALL))
    }

    fn bookings(&self, by: UserId, room: RoomId) -> Result<Vec<Booking>, Failure> {
        self.answer(
            format!("bookings of {} by {}", room.0, by.0),
            &self.bookings,
        )
    }

    fn appoint(
        &self,
        by: UserId,
        room: RoomId,
        user: UserId,
        role: Option<Role>,
    ) -> Result<Vec<Event>, Failure> {
        let asked = format!("appoint {} to {role:?} in {} by {}", user.0, room.0, by.0);
        self.answer(asked, &self.events)
    }

    fn book(
        &self,
        by: UserId,
        room: RoomId,
        slot: Slot,
        title: &Title,
    ) -> Result<Vec<Event>, Failure> {
        let (from, until) = (slot.start().0, slot.end().0);
        let title = title.as_str();
        let asked = format!(
            "book {from} to {until} for {title:?} in {} by {}",
            room.0, by.0
        );
        self.answer(asked, &self.events)
    }

    fn cancel(&self, by: UserId, room: RoomId, id: BookingId) -> Result<Vec<Event>, Failure> {
        self.answer(
            format!("cancel {} in {} by {}", id.0, room.0, by.0),
            &self.events,
        )
    }
}
