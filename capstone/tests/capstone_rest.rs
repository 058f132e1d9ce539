//! What the API promises to its clients, and to each of them about the others.

#[path = "support/api.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod api;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use axum::Router;
use capstone::adapters::MemoryTasks;
use capstone::domain::{Draft, Task, TaskId, Timestamp, UserId};
use capstone::http;
use capstone::ports::{
    Callers, Clock, Inserted, Once, Pending, StoreError, TaskRepository, Written,
};
use capstone::tasks::Tasks;
use serde_json::{Value, json};

use api::{Ask, Told};
use support::{Process, Service, config, exchange, field, listed, request, within};

const NOON: u64 = 1_767_268_800_000;

// ── tasks ──────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn a_task_is_made_read_changed_and_deleted() {
    let world = World::new();
    let made = world.post("ada", "  rent ").await;
    let mut expected = json!({
        "id": "1", "title": "rent", "status": "open", "since_ms": null,
        "created_ms": NOON, "changed_ms": NOON, "version": 1,
    });
    assert_eq!(
        (
            made.status,
            &made.body,
            made.header("location"),
            made.header("etag")
        ),
        (201, &expected, Some("/tasks/1"), Some("\"1\"")),
        "POST /tasks says what it has made, where it is, and in which version"
    );
    let read = world.ask("GET", "/tasks/1").await;
    assert_eq!(
        (read.status, &read.body, read.header("etag")),
        (200, &expected, Some("\"1\"")),
        "GET of the location"
    );

    world.clock.0.store(NOON + 5, Ordering::SeqCst);
    let change = json!({"title": "the rent", "step": "start"});
    let changed = Ask::new("PATCH", "/tasks/1")
        .by("ada")
        .json(change)
        .of(&world.api)
        .await;
    for (key, value) in [
        ("title", json!("the rent")),
        ("status", json!("started")),
        ("since_ms", json!(NOON + 5)),
        ("changed_ms", json!(NOON + 5)),
        ("version", json!(3)),
    ] {
        expected[key] = value;
    }
    assert_eq!(
        (changed.status, &changed.body, changed.header("etag")),
        (200, &expected, Some("\"3\"")),
        "PATCH with a title and a step"
    );
    for (step, status) in [
        ("put_back", "open"),
        ("start", "started"),
        ("finish", "done"),
        ("reopen", "open"),
        ("drop", "dropped"),
    ] {
        let ask = Ask::new("PATCH", "/tasks/1")
            .by("ada")
            .json(json!({"step": step}));
        let told = ask.of(&world.api).await;
        assert_eq!(
            (told.status, &told.body["status"]),
            (200, &json!(status)),
            "step {step}"
        );
    }

    let deleted = world.ask("DELETE", "/tasks/1").await;
    assert_eq!(
        (deleted.status, &deleted.body),
        (204, &Value::Null),
        "DELETE"
    );
    for method in ["GET", "DELETE"] {
        let gone = world.ask(method, "/tasks/1").await;
        assert_eq!(
            gone.problem(),
            (404, "/problems/not-found"),
            "{method} after it"
        );
    }
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat_while_the_list_changes() {
    let world = World::new();
    for number in 1..=7 {
        world.post("ada", &format!("task {number}")).await;
        world.post("bob", "Bob's").await;
    }
    let mut seen = Vec::new();
    let mut path = "/tasks?limit=3".to_owned();
    loop {
        let page = world.ask("GET", &path).await;
        assert_eq!(page.status, 200, "GET {path}: {page:?}");
        for task in page.body["tasks"].as_array().expect("`tasks` is a list") {
            seen.push(task["title"].as_str().expect("a title").to_owned());
        }
        let Some(next) = page.body["next"].as_str() else {
            assert_eq!(page.body["next"], Value::Null, "the last page says so");
            break;
        };
        path = format!("/tasks?limit=3&cursor={next}");
        // While the client reads, a task that it has seen is deleted, and another is made. Pages by
        // offset would now skip one.
        let deleted = world
            .ask("DELETE", &format!("/tasks/{}", seen.len() * 2 - 5))
            .await;
        assert_eq!(deleted.status, 204, "{deleted:?}");
        world.post("ada", &format!("late {}", seen.len())).await;
    }
    assert_eq!(
        seen,
        [
            "task 1", "task 2", "task 3", "task 4", "task 5", "task 6", "task 7", "late 3",
            "late 6"
        ],
        "each task that was there the whole time comes once, and in order"
    );
    let whole = world.ask("GET", "/tasks").await;
    let tasks = whole.body["tasks"].as_array().map_or(0, Vec::len);
    assert_eq!(
        (tasks, &whole.body["next"]),
        (7, &Value::Null),
        "seven fit on one page"
    );
    for number in 1..=15 {
        world.post("ada", &format!("more {number}")).await;
    }
    for (path, expected, more) in [("/tasks", 20, true), ("/tasks?limit=100", 22, false)] {
        let page = world.ask("GET", path).await;
        let tasks = page.body["tasks"].as_array().map_or(0, Vec::len);
        assert_eq!(
            (tasks, page.body["next"].is_string()),
            (expected, more),
            "{path}, of 22 tasks: how many are on the page, and whether there is another. Without a limit it is 20"
        );
    }
}

#[tokio::test]
async fn a_change_can_depend_on_the_version() {
    let world = World::new();
    world.post("ada", "rent").await;
    let patch = |tag: &'static str, title: &'static str| {
        let ask = Ask::new("PATCH", "/tasks/1")
            .by("ada")
            .header("if-match", tag);
        ask.json(json!({"title": title}))
    };
    let first = patch("\"1\"", "first").of(&world.api).await;
    assert_eq!(
        (first.status, first.header("etag")),
        (200, Some("\"2\"")),
        "version 1 is there"
    );
    let stale = (412, "/problems/changed-meanwhile");
    for tag in ["\"1\"", "\"3\"", "\"02\"", "2", "W/\"2\"", "\"x\"", "\"\""] {
        let told = patch(tag, "second").of(&world.api).await;
        assert_eq!(
            told.status, 412,
            "version 2 is there, and If-Match says {tag}: PATCH must not change what its client has not seen"
        );
        assert_eq!(told.problem(), stale, "PATCH, and If-Match says {tag}");
        let delete = Ask::new("DELETE", "/tasks/1")
            .by("ada")
            .header("if-match", tag);
        assert_eq!(
            delete.of(&world.api).await.problem(),
            stale,
            "DELETE, and If-Match says {tag}"
        );
    }
    let read = world.ask("GET", "/tasks/1").await;
    assert_eq!(
        read.body["title"], "first",
        "whoever has not seen it has not changed it"
    );
    let any = patch("*", "third").of(&world.api).await;
    assert_eq!(
        (any.status, any.header("etag")),
        (200, Some("\"3\"")),
        "* is any version"
    );
    let delete = Ask::new("DELETE", "/tasks/1")
        .by("ada")
        .header("if-match", "\"3\"");
    assert_eq!(
        delete.of(&world.api).await.status,
        204,
        "version 3 is there"
    );
}

#[tokio::test]
async fn a_repeated_request_makes_nothing_and_is_answered_alike() {
    let world = World::new();
    let post = |who: &str, key: &str, title: &str| {
        let ask = Ask::new("POST", "/tasks")
            .by(who)
            .header("idempotency-key", key);
        ask.json(json!({"title": title}))
    };
    let first = post("ada", "k-1", "rent").of(&world.api).await;
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (201, None),
        "{first:?}"
    );
    world.clock.0.store(NOON + 60_000, Ordering::SeqCst);
    let change = Ask::new("PATCH", "/tasks/1")
        .by("ada")
        .json(json!({"step": "drop"}));
    assert_eq!(change.of(&world.api).await.status, 200);

    let again = post("ada", "k-1", " rent").of(&world.api).await;
    assert_eq!(
        (
            again.status,
            &again.body,
            again.header("location"),
            again.header("etag")
        ),
        (201, &first.body, Some("/tasks/1"), Some("\"1\"")),
        "the client has lost the first answer, so it gets that one"
    );
    assert_eq!(
        again.header("idempotency-replayed"),
        Some("true"),
        "and can see that it is old"
    );
    let other = post("ada", "k-1", "mail").of(&world.api).await;
    assert_eq!(
        other.problem(),
        (422, "/problems/invalid"),
        "the same key for something else is a bug in the client, which must not be told that `mail` is made"
    );
    let bobs = post("bob", "k-1", "Bob's").of(&world.api).await;
    assert_eq!(
        (bobs.status, &bobs.body["title"]),
        (201, &json!("Bob's")),
        "Bob's k-1 is Bob's"
    );
    let list = world.ask("GET", "/tasks").await;
    assert_eq!(
        list.body["tasks"].as_array().map(Vec::len),
        Some(1),
        "Ada has one task: {list:?}"
    );
    let longest = post("bob", &"k".repeat(128), "long").of(&world.api).await;
    assert_eq!(longest.status, 201, "128 characters are a key: {longest:?}");
}

// ── who may do what ────────────────────────────────────────────────────────────────────────────────

/// Every route, with what makes it succeed for the owner of task 1.
fn every_route() -> [Ask; 5] {
    [
        Ask::new("POST", "/tasks").json(json!({"title": "another"})),
        Ask::new("GET", "/tasks"),
        Ask::new("GET", "/tasks/1"),
        Ask::new("PATCH", "/tasks/1").json(json!({"step": "start"})),
        Ask::new("DELETE", "/tasks/1"),
    ]
}

#[tokio::test]
async fn who_is_not_signed_in_gets_nothing() {
    let world = World::new();
    world.post("ada", "rent").await;
    for ask in every_route() {
        for authorization in [
            None,
            Some("Bearer mallory"),
            Some("Basic YWRhOg=="),
            Some("ada"),
        ] {
            let ask = match authorization {
                None => ask.clone(),
                Some(value) => ask.clone().header("authorization", value),
            };
            let told = ask.clone().of(&world.api).await;
            assert_eq!(told.problem(), (401, "/problems/not-signed-in"), "{ask:?}");
            assert_eq!(
                told.header("www-authenticate"),
                Some("Bearer"),
                "401 says how one could sign in: {ask:?}"
            );
        }
    }
    let garbage = Ask::new("POST", "/tasks").text("application/json", "{");
    let told = garbage.of(&world.api).await;
    assert_eq!(
        told.status, 401,
        "who calls is asked first, and a body is not read for nobody"
    );
}

#[tokio::test]
async fn to_others_a_task_does_not_exist() {
    let world = World::new();
    world.post("ada", "rent").await;
    world.post("ada", "mail").await;
    for method in ["GET", "PATCH", "DELETE"] {
        let mut answers = Vec::new();
        // Ada's task, and one that nobody has.
        for path in ["/tasks/1", "/tasks/999"] {
            let ask = Ask::new(method, path).by("bob");
            let ask = match method {
                "PATCH" => ask.json(json!({"step": "start"})),
                _ => ask,
            };
            let told = ask.of(&world.api).await;
            assert_eq!(
                told.problem(),
                (404, "/problems/not-found"),
                "Bob's {method} {path}"
            );
            answers.push(told);
        }
        assert_eq!(
            answers[0], answers[1],
            "{method}: the two answers must be the same in everything, or Bob can count Ada's tasks"
        );
    }
    let mine = Ask::new("GET", "/tasks").by("bob").of(&world.api).await;
    assert_eq!(mine.body, json!({"tasks": [], "next": null}), "Bob's list");
    let page = world.ask("GET", "/tasks?limit=1").await;
    let cursor = page.body["next"].as_str().expect("Ada has two");
    let path = format!("/tasks?cursor={cursor}");
    let hers = Ask::new("GET", path).by("bob").of(&world.api).await;
    assert_eq!(
        hers.body,
        json!({"tasks": [], "next": null}),
        "a cursor says where, not whose: Ada's cursor in Bob's hands"
    );
    let read = world.ask("GET", "/tasks/1").await;
    assert_eq!(
        read.body["version"], 1,
        "and after all that Ada's task is as it was: {read:?}"
    );
}

// ── problems ───────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn every_refusal_is_a_problem_with_a_type() {
    let world = World::new();
    world.post("ada", "rent").await;
    let post = || Ask::new("POST", "/tasks");
    let patch = |body| Ask::new("PATCH", "/tasks/1").json(body);
    let long = "x".repeat(201);
    let huge = json!({"title": "x".repeat(20_000)});
    let cases: Vec<(&str, Ask, u16, &str)> = vec![
        (
            "half a body",
            post().text("application/json", "{\"title\": "),
            400,
            "bad-request",
        ),
        (
            "no body",
            post().text("application/json", ""),
            400,
            "bad-request",
        ),
        (
            "a form",
            post().text("application/x-www-form-urlencoded", "title=x"),
            415,
            "not-json",
        ),
        ("a body too large", post().json(huge), 413, "too-large"),
        ("no title", post().json(json!({})), 422, "invalid"),
        (
            "an empty title",
            post().json(json!({"title": " "})),
            422,
            "invalid",
        ),
        (
            "a long title",
            post().json(json!({"title": long})),
            422,
            "invalid",
        ),
        (
            "a number for a title",
            post().json(json!({"title": 7})),
            422,
            "invalid",
        ),
        (
            "an unknown field",
            post().json(json!({"title": "x", "owner": 2})),
            422,
            "invalid",
        ),
        (
            "an unknown step",
            patch(json!({"step": "explode"})),
            422,
            "invalid",
        ),
        (
            "a step that is not allowed",
            patch(json!({"step": "finish"})),
            409,
            "not-allowed-now",
        ),
        (
            "a path that nobody has",
            Ask::new("GET", "/nowhere"),
            404,
            "not-found",
        ),
        (
            "a method that is not there",
            Ask::new("PUT", "/tasks/1"),
            405,
            "method-not-allowed",
        ),
        (
            "a name that is no number",
            Ask::new("GET", "/tasks/one"),
            404,
            "not-found",
        ),
        (
            "another spelling of 1",
            Ask::new("GET", "/tasks/+1"),
            404,
            "not-found",
        ),
        (
            "another spelling of 1",
            Ask::new("GET", "/tasks/01"),
            404,
            "not-found",
        ),
        (
            "too large a number",
            Ask::new("GET", "/tasks/18446744073709551616"),
            404,
            "not-found",
        ),
        (
            "bytes that are no text",
            Ask::new("GET", "/tasks/%ff"),
            404,
            "not-found",
        ),
        (
            "no tasks at all",
            Ask::new("GET", "/tasks?limit=0"),
            400,
            "bad-request",
        ),
        (
            "too many tasks",
            Ask::new("GET", "/tasks?limit=101"),
            400,
            "bad-request",
        ),
        (
            "a cursor of one's own",
            Ask::new("GET", "/tasks?cursor=3"),
            400,
            "bad-request",
        ),
        (
            "a misspelt parameter",
            Ask::new("GET", "/tasks?limt=3"),
            400,
            "bad-request",
        ),
        (
            "an empty key",
            post()
                .header("idempotency-key", "")
                .json(json!({"title": "x"})),
            400,
            "bad-request",
        ),
        (
            "a long key",
            post()
                .header("idempotency-key", "k".repeat(129))
                .json(json!({"title": "x"})),
            400,
            "bad-request",
        ),
    ];
    for (what, ask, status, kind) in cases {
        let told = ask.by("ada").of(&world.api).await;
        let kind = format!("/problems/{kind}");
        assert_eq!(told.problem(), (status, kind.as_str()), "{what}: {told:?}");
    }
    let list = world.ask("GET", "/tasks").await;
    assert_eq!(
        list.body["tasks"].as_array().map(Vec::len),
        Some(1),
        "what was refused has made nothing: {list:?}"
    );
}

#[tokio::test]
async fn what_goes_wrong_inside_is_for_the_log() {
    let world = World::new();
    world.broken.store(true, Ordering::SeqCst);
    // Through the whole service, because the log line has to have the request's id.
    let service = Service::start(config(), world.api.clone()).await;
    let text =
        request("GET", "/tasks").replace("host: test", "host: test\r\nauthorization: Bearer ada");
    let told = within("GET /tasks", exchange(service.address(), text)).await;
    let told = told.expect("the store is broken, and the service is not");
    let body: Value = serde_json::from_str(&told.body).unwrap_or_default();
    assert_eq!(
        (told.status, &body["type"], &body["status"]),
        (500, &json!("/problems/internal"), &json!(500)),
        "an internal error is a problem like any other: {told:?}"
    );
    for secret in ["disk", "/var/lib", "list tasks"] {
        assert!(
            !told.body.contains(secret),
            "the client can do nothing with `{secret}`, and an attacker can: {}",
            told.body
        );
    }
    let id = told
        .header("x-request-id")
        .expect("stage 1 gives one")
        .to_owned();
    let lines = service.stopped_log().await;
    let said: Vec<&Value> = lines
        .iter()
        .filter(|line| line["level"] == "ERROR")
        .collect();
    let [line] = said[..] else {
        panic!(
            "one line at level ERROR must say what went wrong:\n{}",
            listed(&lines)
        );
    };
    let text = line.to_string();
    assert!(
        text.contains("cannot list tasks") && text.contains("/var/lib/tasks.db: disk full"),
        "the line has the error and its cause: {text}"
    );
    assert_eq!(
        field(line, "request_id"),
        Some(&json!(id)),
        "and the id that the client can quote: {text}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_binary_serves_the_api() {
    let mut process = Process::start();
    let first = process.next_line();
    let port = field(&first, "port").and_then(Value::as_u64).unwrap_or(0);
    let address = ([127, 0, 0, 1], u16::try_from(port).unwrap_or(0)).into();
    let told = within("GET /tasks", exchange(address, request("GET", "/tasks"))).await;
    let told = told.expect("the binary answers");
    assert!(
        matches!(told.status, 200 | 401),
        "main has to hand the API to Application::build. Without accounts GET /tasks is 200, with them 401: \
         {told:?}"
    );
    assert!(process.terminate().success(), "it stops as before");
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

/// An API in which the token `ada` is user 1's and `bob` is user 2's.
struct World {
    api: Router,
    clock: Arc<TestClock>,
    broken: Arc<AtomicBool>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(TestClock(AtomicU64::new(NOON)));
        let broken = Arc::new(AtomicBool::new(false));
        let store = Fragile {
            inner: MemoryTasks::default(),
            broken: Arc::clone(&broken),
        };
        let tasks = Tasks::new(Arc::new(store), clock.clone());
        Self {
            api: http::api(tasks, Arc::new(Names)),
            clock,
            broken,
        }
    }

    async fn post(&self, who: &str, title: &str) -> Told {
        let ask = Ask::new("POST", "/tasks")
            .by(who)
            .json(json!({"title": title}));
        let told = ask.of(&self.api).await;
        assert_eq!(told.status, 201, "POST /tasks by {who}: {told:?}");
        told
    }

    /// Asks as Ada.
    async fn ask(&self, method: &'static str, path: &str) -> Told {
        Ask::new(method, path).by("ada").of(&self.api).await
    }
}

struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

struct Names;

impl Callers for Names {
    fn identify<'a>(&'a self, authorization: Option<&'a str>) -> Pending<'a, Option<UserId>> {
        let user = match authorization {
            Some("Bearer ada") => Some(UserId::new(1)),
            Some("Bearer bob") => Some(UserId::new(2)),
            _ => None,
        };
        Box::pin(future::ready(Ok(user)))
    }
}

/// A store that can be broken.
struct Fragile {
    inner: MemoryTasks,
    broken: Arc<AtomicBool>,
}

impl TaskRepository for Fragile {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        self.inner.insert(draft, once)
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        self.inner.find(owner, id)
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        if self.broken.load(Ordering::SeqCst) {
            let error = StoreError::new("list tasks", "/var/lib/tasks.db: disk full");
            return Box::pin(future::ready(Err(error)));
        }
        self.inner.list(owner, after, limit)
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        self.inner.update(task, expected)
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        self.inner.delete(owner, id, expected)
    }
}
