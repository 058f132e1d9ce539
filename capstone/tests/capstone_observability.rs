//! What operators see: how much, how fast, what is waiting, and which request was the cause. And what they do not see.

#[path = "support/api.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod api;
#[path = "support/observe.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod observe;
#[path = "support/postgres.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod postgres;
#[path = "support/queue.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod queue;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::future;
use std::panic;
use std::path::PathBuf;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use capstone::adapters::{
    FileNotices, MemoryCache, MemoryTasks, SingleUser, SqliteTasks, SystemClock, SystemDice,
};
use capstone::cache::{CacheSettings, Cached};
use capstone::domain::{Notice, UserId, What};
use capstone::jobs::{Policy, Workers};
use capstone::metrics::Metrics;
use capstone::ports::{
    CacheStore, Delivery, Held, JobQueue, Lease, Looked, Notifier, Pending, StoreError,
    TaskRepository, Undelivered,
};
use capstone::tasks::Tasks;
use capstone::telemetry::Levels;
use capstone::trace::{self, TraceContext};
use capstone::{Config, http};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{self, Instant};

use api::Ask;
use observe::{Hands, Lines, Numbers, Scrape, Watched, ask, eventually, told};
use queue::{ADA, NOON, Store, at};
use support::{Gate, HOUR, Process, config, field, hasty, signed_in};

// ── metrics ────────────────────────────────────────────────────────────────────────────────────────

/// Task 9 is not there.
fn routes() -> Router {
    let read = async |Path(id): Path<String>| match id.as_str() {
        "9" => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    Router::new()
        .route(
            "/tasks/{id}",
            get(read).patch(async || StatusCode::NO_CONTENT),
        )
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route(
            "/panics",
            get(async || -> StatusCode { panic::resume_unwind(Box::new("boom")) }),
        )
}

#[tokio::test]
async fn requests_are_counted_by_route_method_and_class() {
    let watched = Watched::start(config(), routes()).await;
    for (method, path) in [
        ("GET", "/tasks/1"),
        ("GET", "/tasks/2?limit=3"),
        ("GET", "/tasks/9"),
        ("PATCH", "/tasks/1"),
        ("DELETE", "/tasks/1"),
        ("GET", "/broken"),
        ("GET", "/health/live"),
        ("GET", "/nowhere"),
    ] {
        watched.ask(method, path).await;
    }
    let expected = [
        (r#"{method="DELETE",route="/tasks/{id}",status="4xx"}"#, 1.0),
        (r#"{method="GET",route="/broken",status="5xx"}"#, 1.0),
        (r#"{method="GET",route="/health/live",status="2xx"}"#, 1.0),
        (r#"{method="GET",route="/tasks/{id}",status="2xx"}"#, 2.0),
        (r#"{method="GET",route="/tasks/{id}",status="4xx"}"#, 1.0),
        (r#"{method="GET",route="other",status="4xx"}"#, 1.0),
        (r#"{method="PATCH",route="/tasks/{id}",status="2xx"}"#, 1.0),
    ];
    let expected = expected.map(|(labels, count)| (labels.to_owned(), count));
    eventually("eight requests to be counted", || {
        watched.scrape().of("http_requests_total").len() >= expected.len()
    })
    .await;
    assert_eq!(
        watched.scrape().of("http_requests_total"),
        expected,
        "on the left what is counted. A series for each route as it is written in the program, method and class of \
         statuses; what nobody serves is `other`; a method that a route does not have is still a request to it"
    );
    assert_eq!(
        watched.scrape().of("http_request_duration_seconds_count"),
        expected,
        "the histogram has the same labels, and each of these requests was answered"
    );
}

#[tokio::test]
async fn no_client_can_make_a_series() {
    let watched = Watched::start(config(), routes()).await;
    let each = async |number: u32| {
        watched.ask("GET", &format!("/tasks/{number}00")).await;
        watched
            .ask("GET", &format!("/.env{number}?user={number}"))
            .await;
        watched.ask(&format!("BREW{number}"), "/tasks/1").await;
    };
    each(0).await;
    eventually("three requests to be counted", || {
        watched.scrape().of("http_requests_total").len() >= 3
    })
    .await;
    let before = watched.scrape();
    for number in 1..30 {
        each(number).await;
    }
    eventually("ninety requests to be counted", || {
        let counts = watched.scrape().of("http_requests_total");
        counts.iter().map(|(_, count)| count).sum::<f64>() >= 90.0
    })
    .await;
    let after = watched.scrape();
    assert_eq!(
        after.names(),
        before.names(),
        "after three requests there was a series for each kind of them on the right; after 87 more of the same three \
         kinds, with other ids, paths, queries and methods, there are those on the left. Each is kept for weeks, in \
         memory, by whoever scrapes them, and a stranger can ask for a million different paths"
    );
    for theirs in [".env", "BREW", "user"] {
        assert!(
            !after.text.contains(theirs),
            "`{theirs}` is a client's word, and stands in:\n{}",
            after.text
        );
    }
}

#[tokio::test]
async fn a_histogram_says_how_long_it_took() {
    let gate = Gate::default();
    let watched = Watched::start(config(), gate.routes()).await;
    let outside = Instant::now();
    let asked = watched.spawn_get("/gate/1");
    gate.begun(1).await;
    let inside = Instant::now();
    // So that seconds can be told from milliseconds, however fast the machine is.
    while inside.elapsed() < Duration::from_millis(30) {
        time::sleep(Duration::from_millis(5)).await;
    }
    let at_least = inside.elapsed().as_secs_f64();
    gate.open(1);
    asked.await.expect("no panic").expect("an answer");
    eventually("a request to be counted", || {
        watched.scrape().in_flight() == 0.0
    })
    .await;
    let at_most = outside.elapsed().as_secs_f64();

    let scrape = watched.scrape();
    let labels = r#"method="GET",route="/gate/{job}",status="2xx""#;
    let part = |part: &str| {
        let series = format!("http_request_duration_seconds_{part}{{{labels}}}");
        scrape.value(&series)
    };
    let sum = part("sum");
    assert!(
        (at_least..=at_most).contains(&sum),
        "the request took at least {at_least} s and at most {at_most} s by the test's clock; the sum is in seconds, and \
         is {sum}"
    );
    assert_eq!(part("count"), 1.0);
    let bounds = [
        "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf",
    ];
    for bound in bounds {
        // `le` comes first in the alphabet.
        let series = format!("http_request_duration_seconds_bucket{{le=\"{bound}\",{labels}}}");
        let count = scrape.value(&series);
        let limit: f64 = bound.parse().expect("a number");
        let possible = match () {
            () if at_most <= limit => count == 1.0,
            () if at_least > limit => count == 0.0,
            () => count == 0.0 || count == 1.0,
        };
        assert!(
            possible,
            "a bucket has all requests that took no longer than its bound, those of the buckets before included. One \
             took {at_least} to {at_most} s, and in the bucket up to {bound} there are {count}:\n{}",
            scrape.text
        );
    }
    let buckets = scrape.of("http_request_duration_seconds_bucket").len();
    assert_eq!(buckets, bounds.len(), "so many buckets:\n{}", scrape.text);
}

#[tokio::test]
async fn what_is_in_flight_comes_down_however_it_ends() {
    let gate = Gate::default();
    let watched = Watched::start(config(), gate.routes().merge(routes())).await;
    let (stays, leaves) = (watched.spawn_get("/gate/1"), watched.spawn_get("/gate/2"));
    gate.begun(2).await;
    assert_eq!(watched.scrape().in_flight(), 2.0, "two wait at the gate");
    leaves.abort();
    eventually("a request whose client has hung up to be over", || {
        gate.handlers_alive() == 1
    })
    .await;
    let now_one = || watched.scrape().in_flight() == 1.0;
    eventually(
        "`http_requests_in_flight` to say 1: there were two requests, and the client of one has hung up, so its handler was \
         dropped in the middle. What is counted down behind the handler is never counted down then",
        now_one,
    )
    .await;
    let panicked = watched.try_ask("GET", "/panics").await;
    assert!(
        panicked.is_err(),
        "a handler that panics answers nothing: {panicked:?}"
    );
    eventually(
        "`http_requests_in_flight` to say 1 again, after a handler has panicked",
        now_one,
    )
    .await;
    gate.open(1);
    stays.await.expect("no panic").expect("an answer");
    eventually("nothing to be in flight", || {
        watched.scrape().in_flight() == 0.0
    })
    .await;
    let scrape = watched.scrape();
    let none = |route: &str| {
        let labels = format!(r#"{{method="GET",route="{route}",status="none"}}"#);
        scrape.value(&format!("http_requests_total{labels}"))
    };
    assert_eq!(
        (none("/gate/{job}"), none("/panics")),
        (1.0, 1.0),
        "what has ended without an answer is counted with the status `none`:\n{}",
        scrape.text
    );
    assert_eq!(
        scrape.of("http_request_duration_seconds_count").len(),
        1,
        "and has no place among durations: it says how long a client was patient:\n{}",
        scrape.text
    );
}

#[tokio::test]
async fn what_the_drain_cuts_is_counted_too() {
    let gate = Gate::default();
    let mut watched = Watched::start(hasty(), gate.routes()).await;
    let asked = watched.spawn_get("/gate/1");
    gate.begun(1).await;
    watched.stop();
    let answer = asked.await.expect("no panic").expect("an answer");
    assert_eq!(answer.status, 503);
    watched.ended().await;
    let scrape = watched.scrape();
    assert_eq!(
        (
            scrape.in_flight(),
            scrape.of("http_requests_total").as_slice()
        ),
        (
            0.0,
            [(
                r#"{method="GET",route="/gate/{job}",status="5xx"}"#.to_owned(),
                1.0
            )]
            .as_slice()
        ),
        "a request that was cut was told 503"
    );
}

#[tokio::test]
async fn operators_have_a_listener_of_their_own() {
    let gate = Gate::default();
    let config = Config {
        operator_address: Some(([127, 0, 0, 1], 0).into()),
        drain_timeout: HOUR,
        ..config()
    };
    let metrics = Metrics::default();
    let queue = Arc::new(MemoryTasks::default());
    let operator = http::operator(metrics.clone(), queue, Arc::new(SystemClock));
    let mut watched = Watched::start_with(config, gate.routes(), metrics, |application| {
        application.for_operators(operator)
    })
    .await;
    let callers = watched.address;
    let operators = watched.operators.expect("a port for operators");
    assert_eq!(
        ask(callers, "GET", "/metrics", "").await.status,
        404,
        "callers are not told how the service is"
    );
    assert_eq!(
        ask(operators, "GET", "/gate/1", "").await.status,
        404,
        "the operators' listener is no way around what callers pass through"
    );
    let answer = ask(operators, "GET", "/metrics", "").await;
    let kind = answer.header("content-type").unwrap_or_default();
    assert!(
        answer.status == 200 && kind.starts_with("text/plain; version=0.0.4"),
        "Prometheus asks for its text format, and is told that it is that: {} {kind}",
        answer.status
    );
    let requests = Scrape::read(&answer.body).of("http_requests_total");
    assert_eq!(
        requests,
        [(
            r#"{method="GET",route="other",status="4xx"}"#.to_owned(),
            1.0
        )],
        "one caller has asked for what nobody serves to them. Who asks on the other listener is no caller"
    );

    let asked = watched.spawn_get("/gate/1");
    gate.begun(1).await;
    watched.stop();
    while TcpStream::connect(callers).await.is_ok() {
        time::sleep(Duration::from_millis(1)).await;
    }
    let answer = ask(operators, "GET", "/metrics", "").await;
    assert_eq!(
        Scrape::read(&answer.body).in_flight(),
        1.0,
        "the service drains, and takes no more callers: right then one wants to see what it waits for"
    );
    gate.open(1);
    asked.await.expect("no panic").expect("an answer");
    watched.ended().await;
    assert!(
        TcpStream::connect(operators).await.is_err(),
        "`run_until_stopped` has returned, and its listener for operators is still there"
    );
}

#[tokio::test]
async fn in_memory_the_backlog_is_seen() {
    let hands = Hands::at(NOON);
    let store = MemoryTasks::default().with_clock(hands.clone());
    the_backlog_is_seen(Store::new(store), hands).await;
}

#[tokio::test]
async fn in_a_file_the_backlog_is_seen() {
    let files = Files::new();
    let hands = Hands::at(NOON);
    let store = files.open().await.with_clock(hands.clone());
    the_backlog_is_seen(Store::new(store), hands).await;
}

#[tokio::test]
async fn in_postgres_the_backlog_is_seen() {
    let Some(schema) = postgres::Schema::make("the backlog in PostgreSQL").await else {
        return;
    };
    let hands = Hands::at(NOON);
    let store = schema.open().await.with_clock(hands.clone());
    the_backlog_is_seen(Store::new(store), hands).await;
    schema.remove().await;
}

async fn the_backlog_is_seen(store: Store, hands: Arc<Hands>) {
    let operator = http::operator(Metrics::default(), store.jobs.clone(), hands.clone());
    let seen = async || {
        let told = Ask::new("GET", "/metrics").of(&operator).await;
        let scrape = Scrape::read(told.body.as_str().unwrap_or_default());
        [
            scrape.value("job_queue_depth"),
            scrape.value("job_queue_oldest_age_seconds"),
            scrape.value("job_queue_dead"),
        ]
    };
    let what = "depth of the queue, age of its oldest job in seconds, dead letters";
    assert_eq!(
        seen().await,
        [0.0, 0.0, 0.0],
        "{what}: nothing has happened"
    );
    let rent = store.add(ADA, "rent").await;
    hands.advance(60_000);
    let written = store.tasks.update(queue::started(&rent), 1).await;
    written.expect("the store works");
    hands.advance(30_000);
    assert_eq!(
        seen().await,
        [2.0, 90.0, 0.0],
        "{what}: one was left 90 s ago, the other 30 s ago"
    );
    let first = store.claimed(90_000).await;
    assert_eq!(
        seen().await,
        [2.0, 90.0, 0.0],
        "{what}: a job that somebody has is not done. Those whose workers hang are the ones to see"
    );
    let done = store.jobs.complete(first.receipt).await;
    assert_eq!(done.expect("the store works"), Held::Kept);
    assert_eq!(seen().await, [1.0, 30.0, 0.0], "{what}: the first is done");
    let deleted = store
        .tasks
        .delete(UserId::new(ADA), rent.facts().id, 2)
        .await;
    deleted.expect("the store works");
    let second = store.claimed(90_000).await;
    let buried = store.jobs.bury(second.receipt, "poison".to_owned()).await;
    assert_eq!(buried.expect("the store works"), Held::Kept);
    hands.advance(5_000);
    assert_eq!(
        seen().await,
        [1.0, 5.0, 1.0],
        "{what}: the second is dead, and there is the one that tells of the deletion"
    );
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_away_takes_nothing_else_along() {
    for (queue, what) in [
        (observe::Away::Fails, "fails"),
        (observe::Away::Hangs, "does not answer"),
        (observe::Away::DoesNotKnow, "does not know"),
    ] {
        let operator = http::operator(Metrics::default(), Arc::new(queue), Hands::at(NOON));
        let begun = Instant::now();
        let scraped = Ask::new("GET", "/metrics").of(&operator);
        let told = time::timeout(Duration::from_secs(9), scraped).await;
        let told = told.unwrap_or_else(|_| {
            panic!(
                "the queue {what}, and after {:?} there is no answer. Prometheus gives up after 10 s, and then there is \
                 nothing to be seen of the service at all",
                begun.elapsed()
            )
        });
        let scrape = Scrape::read(told.body.as_str().unwrap_or_default());
        assert_eq!(
            (told.status, scrape.in_flight()),
            (200, 0.0),
            "the queue {what}: everything else is told"
        );
        assert_eq!(
            scrape.get("job_queue_depth"),
            None,
            "the queue {what}: nobody knows its depth, so there is a gap, and no 0"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_are_counted_by_what_came_of_them() {
    let store = Store::new(MemoryTasks::default());
    let metrics = Metrics::default();
    let outcomes = |metrics: &Metrics| {
        let scrape = Scrape::read(&metrics.render());
        ["done", "retried", "buried", "lost"]
            .map(|word| scrape.value(&format!("job_attempts_total{{outcome=\"{word}\"}}")))
    };
    assert_eq!(
        outcomes(&metrics),
        [0.0; 4],
        "a counter is there before it counts: an alert on a series that does not exist never fires"
    );
    for title in ["good", "later", "never"] {
        store.add(ADA, title).await;
    }
    let ear = Ear::new(|notice, attempt| match (notice.task.get(), attempt) {
        (2, 0 | 1) => Err(Undelivered::Later("the line is cut".into())),
        (3, _) => Err(Undelivered::Never("no such address".into())),
        _ => Ok(()),
    });
    workers(store.jobs.clone(), ear, &metrics)
        .run(time::sleep(Duration::from_secs(5)))
        .await;
    assert_eq!(
        outcomes(&metrics),
        [2.0, 2.0, 1.0, 0.0],
        "done, retried, buried, lost. Of three jobs one works at once, one at its third attempt, and one never can"
    );
}

#[tokio::test]
async fn hits_and_misses_are_counted() {
    let lookups = |metrics: &Metrics| {
        let scrape = Scrape::read(&metrics.render());
        ["hit", "miss", "failed"]
            .map(|word| scrape.value(&format!("cache_lookups_total{{outcome=\"{word}\"}}")))
    };
    let metrics = Metrics::default();
    assert_eq!(lookups(&metrics), [0.0; 3], "there before they count");
    let store = Arc::new(MemoryTasks::default());
    let counted = |cache: Arc<dyn CacheStore>| {
        let clock = Hands::at(NOON);
        Cached::counting(store.clone(), cache, clock, settings(), metrics.clone())
    };
    let task = Store::new(MemoryTasks::default()).add(ADA, "rent").await;
    let (owner, id) = (UserId::new(ADA), task.facts().id);
    let with_copies = counted(Arc::new(MemoryCache::new(10)));
    for _ in 0..2 {
        // Nobody has made it here yet.
        with_copies.find(owner, id).await.expect("the store works");
    }
    assert_eq!(lookups(&metrics), [0.0, 2.0, 0.0], "hits, misses, failures");
    let draft = capstone::domain::Draft {
        owner,
        title: capstone::domain::Title::parse("rent").expect("a title"),
        created: at(0),
    };
    store.insert(draft, None).await.expect("the store works");
    for _ in 0..4 {
        with_copies.find(owner, id).await.expect("the store works");
    }
    assert_eq!(
        lookups(&metrics),
        [3.0, 3.0, 0.0],
        "hits, misses, failures: the first of four finds no copy and leaves one"
    );
    let without = counted(Arc::new(NoCache));
    without.find(owner, id).await.expect("the store works");
    assert_eq!(
        lookups(&metrics),
        [3.0, 3.0, 1.0],
        "hits, misses, failures: a cache that is away is not one that had nothing"
    );
}

// ── traces ─────────────────────────────────────────────────────────────────────────────────────────

const TRACE: u128 = 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c;
const CALLER: u64 = 0x00f0_67aa_0ba9_02b7;
const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

/// Says which piece of work it is part of.
fn whereabouts() -> Router {
    let here = async || {
        let here = trace::current().expect("a handler is part of its request");
        here.traceparent()
    };
    Router::new().route("/here", get(here))
}

#[tokio::test]
async fn a_trace_is_continued_if_its_header_is_good() {
    let watched = Watched::start(config(), whereabouts()).await;
    let here = async |headers: String| {
        let answer = ask(watched.address, "GET", "/here", &headers).await;
        let here = TraceContext::parse(&answer.body);
        here.unwrap_or_else(|| panic!("what is sent on must be a good header: {}", answer.body))
    };
    let mut spans = BTreeSet::new();
    for (header, sampled) in [
        (GOOD, true),
        (
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00",
            false,
        ),
        // Flags that are not known are not known.
        (
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-fe",
            false,
        ),
        (
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-ff",
            true,
        ),
        // Versions that come after us.
        (
            "01-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
            true,
        ),
        (
            "cc-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-more",
            true,
        ),
    ] {
        let here = here(format!("traceparent: {header}\r\n")).await;
        assert_eq!(
            (here.trace_id, here.sampled),
            (TRACE, sampled),
            "{header} is a good header, so the request is part of that trace, and recorded if its caller is"
        );
        assert!(
            here.span_id != CALLER && spans.insert(here.span_id),
            "{header}: the request is a piece of work of its own, with a number of its own: {:x}",
            here.span_id
        );
    }
    for header in [
        "",
        "00",
        "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7",
        "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-1",
        "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-more",
        "01-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01.more",
        "ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-00F067AA0BA902B7-01",
        "00-+af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
        "00-0af7651916cd43dd8448eb211c80319c-+0f067aa0ba902b7-01",
        "00-0af7651916cd43dd8448eb211c80319-c00f067aa0ba902b7-01",
        "00_0af7651916cd43dd8448eb211c80319c_00f067aa0ba902b7_01",
        "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-0g",
    ] {
        let here = here(format!("traceparent: {header}\r\n")).await;
        assert!(
            here.trace_id != TRACE && spans.insert(here.span_id),
            "`{header}` is not `version-traceid-parentid-flags` of 2, 32, 16 and 2 lower-case digits, so a trace begins \
             here; it was taken for {}",
            here.traceparent()
        );
    }
    let twice = format!("traceparent: {GOOD}\r\ntraceparent: {GOOD}\r\n");
    assert_ne!(
        here(twice).await.trace_id,
        TRACE,
        "of two headers nobody knows which one is true"
    );
}

#[tokio::test]
async fn a_request_and_all_that_it_has_led_to_are_one_trace() {
    let store = Arc::new(MemoryTasks::default());
    let metrics = Metrics::default();
    let ear = Ear::new(|_, attempt| match attempt {
        0 => Err(Undelivered::Later("the line is cut".into())),
        _ => Ok(()),
    });
    let workers = workers(store.clone(), ear.clone(), &metrics);
    let copies = Arc::new(MemoryCache::new(10));
    let clock = Hands::at(NOON);
    // As `main` puts it together: the tasks have copies beside them.
    let tasks = Cached::counting(
        store.clone(),
        copies,
        Arc::new(SystemClock),
        settings(),
        metrics.clone(),
    );
    let tasks = Tasks::new(Arc::new(tasks), clock);
    let routes = http::Routes::new(tasks, Arc::new(SingleUser)).router();
    let watched = Watched::start_with(config(), routes, metrics, |application| {
        application.with_background("jobs", |stopping| workers.run(stopping))
    })
    .await;
    let asks = [
        ("POST", "/tasks", r#"{"title": "rent"}"#, What::Created),
        ("PATCH", "/tasks/1", r#"{"step": "start"}"#, What::Changed),
        ("DELETE", "/tasks/1", "", What::Deleted),
    ];
    for (at, (method, path, body, what)) in asks.into_iter().enumerate() {
        let parent = format!("00-{:032x}-{CALLER:016x}-01", TRACE + at as u128);
        let kind = "content-type: application/json";
        let length = body.len();
        let headers = format!("traceparent: {parent}\r\n{kind}\r\ncontent-length: {length}\r\n");
        let answer = observe::send(watched.address, method, path, &headers, body).await;
        assert!((200..300).contains(&answer.status), "{method}: {answer:?}");
        eventually("a notice to be tried twice", || ear.heard(what).len() == 2).await;
    }
    let lines = watched.lines();
    for (at, (method, _, _, what)) in asks.into_iter().enumerate() {
        let trace = TRACE + at as u128;
        let trace_text = format!("{trace:032x}");
        let request = lines.only("request finished", "method", method);
        let named = |line: &Value, name: &str| told(line, name);
        assert_eq!(
            (
                named(&request, "trace_id"),
                named(&request, "parent_id").as_str()
            ),
            (trace_text.clone(), "00f067aa0ba902b7"),
            "{method}: the line of a request has its trace, and the caller's number as its parent: {request}"
        );
        let mut spans = BTreeSet::from([CALLER]);
        spans.extend(u64::from_str_radix(&named(&request, "span_id"), 16));
        let attempts = ear.heard(what);
        let heard = lines.all("heard", "what", what.as_str());
        assert_eq!((attempts.len(), heard.len()), (2, 2), "{heard:?}");
        for (sent, line) in attempts.iter().zip(heard) {
            let sent = sent.unwrap_or_else(|| {
                panic!(
                    "{method}: whoever is told of it is told as a part of nothing. Who spawns a task, or hands work to a \
                     thread, has left the piece of work behind"
                )
            });
            assert_eq!(
                format!("{:032x}", sent.trace_id),
                trace_text,
                "{method}: the job was left by a request of this trace, and what it sends belongs there. A job whose \
                 cause was lost on its way begins a trace of its own"
            );
            assert_eq!(
                (named(line, "trace_id"), named(line, "parent_id")),
                (trace_text.clone(), named(&request, "span_id")),
                "{method}: a line of the job has the trace, and the request's number as its parent: {line}"
            );
            assert!(sent.sampled, "the caller's trace is recorded");
            spans.extend(u64::from_str_radix(&named(line, "span_id"), 16));
            spans.insert(sent.span_id);
        }
        assert_eq!(
            spans.len(),
            6,
            "{method}: the caller, the request, two attempts at the job, and what each of them has sent are six pieces of \
             work with a number each: {spans:x?}"
        );
    }
}

#[tokio::test]
async fn in_memory_a_job_keeps_its_trace() {
    a_job_keeps_its_trace(Store::new(MemoryTasks::default())).await;
}

#[tokio::test]
async fn in_a_file_a_job_keeps_its_trace() {
    let files = Files::new();
    a_job_keeps_its_trace(Store::new(files.open().await)).await;
    let store = Store::new(files.open().await);
    let leased = store.claimed(100_000).await;
    assert_eq!(
        leased.trace,
        Some(context(4)),
        "the process was another one, and the job has still been left by the same piece of work"
    );
}

#[tokio::test]
async fn in_postgres_a_job_keeps_its_trace() {
    let Some(schema) = postgres::Schema::make("traces in PostgreSQL").await else {
        return;
    };
    a_job_keeps_its_trace(Store::new(schema.open().await)).await;
    let store = Store::new(schema.open().await);
    assert_eq!(
        store.claimed(100_000).await.trace,
        Some(context(4)),
        "the database remembers, whoever asks"
    );
    schema.remove().await;
}

fn context(number: u64) -> TraceContext {
    TraceContext {
        trace_id: TRACE,
        span_id: number,
        sampled: number.is_multiple_of(2),
    }
}

/// Leaves one job, which context 4 has led to.
async fn a_job_keeps_its_trace(store: Store) {
    let rent = trace::within(context(1), store.add(ADA, "rent")).await;
    let works = "the store works";
    let changing = async { store.tasks.update(queue::started(&rent), 1).await };
    trace::within(context(2), changing).await.expect(works);
    let (owner, id) = (UserId::new(ADA), rent.facts().id);
    let deleting = async { store.tasks.delete(owner, id, 2).await };
    trace::within(context(3), deleting).await.expect(works);
    store.add(ADA, "nobody's").await;
    for expected in [Some(context(1)), Some(context(2)), Some(context(3)), None] {
        let leased = store.claimed(0).await;
        assert_eq!(
            leased.trace, expected,
            "the piece of work within which {:?} was made; none, where it was part of nothing",
            leased.notice
        );
        let done = store.jobs.complete(leased.receipt).await;
        assert_eq!(done.expect(works), Held::Kept);
    }
    trace::within(context(4), store.add(ADA, "mail")).await;
    let leased = store.claimed(0).await;
    let later = store
        .jobs
        .retry(leased.receipt, at(500), "not now".to_owned());
    assert_eq!(later.await.expect(works), Held::Kept);
    assert_eq!(
        store.claimed(500).await.trace,
        Some(context(4)),
        "a job that is tried again is still of the same cause"
    );
}

#[tokio::test]
async fn a_notice_in_a_file_names_its_traceparent() {
    let files = Files::new();
    let path = files.folder.join("notices.jsonl");
    let notices = FileNotices::open(&path).expect("it can be made");
    let task = Store::new(MemoryTasks::default()).add(ADA, "rent").await;
    let notice = Notice::about(What::Created, &task);
    let sent = trace::within(context(2), async { notices.notify("1", &notice).await });
    sent.await.expect("it is written");
    let of_nothing = notices.notify("2", &notice).await;
    of_nothing.expect("it is written");
    let text = fs::read_to_string(&path).expect("it is there");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(
        lines[0]["traceparent"],
        context(2).traceparent(),
        "whoever reads the file can go on with the trace within which it was written, though a thread may have written \
         it: {text}"
    );
    assert_eq!(
        lines[1]["traceparent"],
        Value::Null,
        "what is part of nothing says nothing: {text}"
    );
}

// ── the log ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn levels_are_set_by_module() {
    let levels = Levels::parse("warn,capstone::jobs=debug,capstone::cache=off,capstone=error");
    let levels = levels.expect("they are levels");
    let lines = Lines::of(levels, || {
        tracing::warn!(target: "elsewhere", "1 of the general level");
        tracing::info!(target: "elsewhere", "below it");
        tracing::error!(target: "capstone::tasks", "2 of capstone's level");
        tracing::warn!(target: "capstone::tasks", "below it");
        tracing::debug!(target: "capstone::jobs", "3 of the level of jobs");
        tracing::debug!(target: "capstone::jobs::policy", "4 which has modules of its own");
        tracing::trace!(target: "capstone::jobs", "below it");
        tracing::debug!(target: "capstone::jobs_of_others", "that is another module");
        tracing::error!(target: "capstone::cache", "off is off");
    });
    assert_eq!(
        lines.first_letters(),
        ["1", "2", "3", "4"],
        "with `warn,capstone::jobs=debug,capstone::cache=off,capstone=error` the longest name decides, and a name is of \
         whole modules; these lines were written:\n{}",
        lines.text()
    );
    for text in [
        "",
        "inof",
        "info,",
        "info,warn",
        "capstone",
        "capstone=",
        "=info",
        "capstone=inof",
        "capstone::=info",
        "capstone=info,capstone=debug",
        "capstone = info",
        "INFO",
    ] {
        assert_eq!(
            Levels::parse(text),
            None,
            "`{text}` is no list of levels. What is misspelt must not switch a log off when it is needed"
        );
    }
    let lines = Lines::of(
        Levels::parse("capstone::jobs=debug").expect("it is one"),
        || {
            tracing::info!(target: "elsewhere", "1 as without");
            tracing::debug!(target: "elsewhere", "below it");
        },
    );
    assert_eq!(lines.first_letters(), ["1"], "elsewhere it is `info`");
}

#[tokio::test]
async fn a_line_says_its_trace_at_every_level() {
    let fails = async || {
        tracing::error!("it has failed");
        StatusCode::INTERNAL_SERVER_ERROR
    };
    let store = Store::new(MemoryTasks::default());
    store.add(ADA, "rent").await;
    let ear = Ear::new(|_, _| Err(Undelivered::Never("no such address".into())));
    let workers = workers(store.jobs.clone(), ear, &Metrics::default());
    let watched = Watched::start_at(
        Levels::parse("error").expect("a level"),
        config(),
        Router::new().route("/fails", get(fails)),
        Metrics::default(),
        |application| application.with_background("jobs", |stopping| workers.run(stopping)),
    )
    .await;
    ask(
        watched.address,
        "GET",
        "/fails",
        &format!("traceparent: {GOOD}\r\n"),
    )
    .await;
    eventually("two errors to be written", || watched.lines().0.len() >= 2).await;
    let lines = watched.lines();
    let failed = lines.only("it has failed", "level", "ERROR");
    let buried = lines.only("the job is not tried again", "level", "ERROR");
    assert_eq!(
        told(&failed, "trace_id"),
        "0af7651916cd43dd8448eb211c80319c",
        "only errors are written, and this is one. Which request it belongs to is not of a lower level, but a part of \
         it: {failed}"
    );
    assert_eq!(
        told(&buried, "trace_id").len(),
        32,
        "a job that nobody knows the cause of begins a trace: {buried}"
    );
    assert_eq!(
        lines.0.len(),
        2,
        "nothing below an error is written:\n{}",
        lines.text()
    );
}

#[test]
fn the_settings_are_checked() {
    let load = |flags: &[&str]| {
        let flags: Vec<String> = flags.iter().map(|&flag| flag.to_owned()).collect();
        Config::load(&flags, &[], |_| Err(std::io::Error::other("there is none")))
    };
    let usual = load(&[]).expect("nothing is wrong");
    assert_eq!(
        (usual.operator_address, usual.log),
        (None, Levels::default()),
        "nobody is told anything that was not asked for"
    );
    let set = load(&["--operator-address", "127.0.0.1:9090", "--log", "warn"]);
    let set = set.expect("nothing is wrong");
    assert_eq!(
        (set.operator_address, Some(set.log)),
        (Some(([127, 0, 0, 1], 9090).into()), Levels::parse("warn"))
    );
    for wrong in [["--operator-address", "9090"], ["--log", "inof"]] {
        let refused = load(&wrong).expect_err("it is wrong");
        assert!(
            refused.to_string().contains(wrong[0]),
            "{wrong:?} is refused by name: {refused}"
        );
    }
}

#[tokio::test]
async fn the_binary_tells_operators_and_keeps_secrets() {
    let mut process = Process::start_with(
        &[
            "--operator-address",
            "127.0.0.1:0",
            "--log",
            "trace",
            "--cache",
            "memory:10",
        ],
        &[("TASKS_PASSWORD_PEPPER", "a-pepper-of-sixteen")],
    );
    let mut lines = vec![process.next_line()];
    let port = |name: &str| -> std::net::SocketAddr {
        let port = field(&lines[0], name).and_then(Value::as_u64);
        let port = port.unwrap_or_else(|| panic!("the first line has `{name}`: {}", lines[0]));
        ([127, 0, 0, 1], u16::try_from(port).expect("a port")).into()
    };
    let (callers, operators) = (port("port"), port("operator_port"));
    let ada = signed_in(callers).await;
    let token = ada
        .header
        .trim_start_matches("authorization: Bearer ")
        .trim();
    let headers = |length: usize| {
        let kind = "content-type: application/json\r\nidempotency-key: key-of-ada\r\n";
        let state = format!("traceparent: {GOOD}\r\ntracestate: state=of-others\r\n");
        format!("{}{kind}{state}content-length: {length}\r\n", ada.header)
    };
    let title = r#"{"title": "the house in Geneva"}"#;
    let made = observe::send(callers, "POST", "/tasks", &headers(title.len()), title).await;
    assert_eq!(made.status, 201, "{made:?}");
    let wrong = r#"{"title": {"pin": "4711-4711"}}"#;
    let refused = observe::send(callers, "POST", "/tasks", &headers(wrong.len()), wrong).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    let query = ask(callers, "GET", "/tasks?cursor=query-of-ada", &ada.header).await;
    assert_eq!(query.status, 400, "{query:?}");

    // Its lines come on their own, so there is one more to wait for than to have.
    while !lines.iter().any(|line| told(line, "message") == "notice")
        || !lines.iter().any(|line| told(line, "status") == "400")
    {
        lines.push(process.next_line());
    }
    let scraped = observe::settled(operators, |scrape| {
        scrape.get("job_attempts_total{outcome=\"done\"}") == Some(1.0)
    })
    .await;
    assert_eq!(
        scraped.get("job_queue_depth"),
        Some(0.0),
        "the queue of the store that is in use:\n{}",
        scraped.text
    );
    let lines = Lines(lines);
    let notice = lines.all("notice", "what", "created");
    assert_eq!(
        told(notice[0], "trace_id"),
        "0af7651916cd43dd8448eb211c80319c",
        "the line that tells of the task has the trace of the request that has made it: {}",
        notice[0]
    );
    assert!(
        told(notice[0], "traceparent").starts_with("00-0af7651916cd43dd8448eb211c80319c-"),
        "and says what a recipient would get: {}",
        notice[0]
    );
    for secret in [
        "correct horse",
        "a-pepper",
        token,
        "key-of-ada",
        "Geneva",
        "4711-4711",
        "query-of-ada",
    ] {
        for (place, text) in [
            ("the log", lines.text()),
            ("the metrics", scraped.text.clone()),
        ] {
            assert!(
                !secret.is_empty() && !text.contains(secret),
                "{place} is read by more people than may know it, also where all levels are written; it has `{secret}`:\n\
                 {text}"
            );
        }
    }
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

fn settings() -> CacheSettings {
    CacheSettings {
        ttl: Duration::from_secs(30),
        patience: Duration::from_secs(20),
    }
}

/// Workers that lose no time between attempts.
fn workers(queue: Arc<dyn JobQueue>, ear: Arc<Ear>, metrics: &Metrics) -> Workers {
    let policy = Policy {
        attempts: 3,
        first_wait: Duration::ZERO,
        poll: Duration::from_millis(5),
        ..Policy::default()
    };
    let (clock, dice) = (Arc::new(SystemClock), Arc::new(SystemDice::default()));
    Workers::new(queue, ear, clock, dice, policy)
        .observed(metrics.clone(), Arc::new(Numbers::after(1 << 32)))
}

type Say = dyn Fn(&Notice, usize) -> Result<(), Undelivered> + Send + Sync;

/// Somebody who is told, and remembers as a part of what.
struct Ear {
    heard: Mutex<Vec<(Notice, Option<TraceContext>)>>,
    /// By the notice, and how often it was told before.
    say: Box<Say>,
}

impl Ear {
    fn new(
        say: impl Fn(&Notice, usize) -> Result<(), Undelivered> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            heard: Mutex::default(),
            say: Box::new(say),
        })
    }

    fn heard(&self, what: What) -> Vec<Option<TraceContext>> {
        let heard = self.heard.lock().expect("no panic");
        let of_it = heard.iter().filter(|(notice, _)| notice.what == what);
        of_it.map(|(_, context)| *context).collect()
    }
}

impl Notifier for Ear {
    fn notify<'a>(&'a self, _: &'a str, notice: &'a Notice) -> Delivery<'a> {
        Box::pin(async move {
            // On the way, as a client of a recipient would ask.
            tokio::task::yield_now().await;
            let here = trace::current();
            tracing::info!(what = notice.what.as_str(), "heard");
            let mut heard = self.heard.lock().expect("no panic");
            let before = heard.iter().filter(|(told, _)| told == notice).count();
            heard.push((notice.clone(), here));
            (self.say)(notice, before)
        })
    }
}

/// A cache that is away.
struct NoCache;

impl CacheStore for NoCache {
    fn look<'a>(&'a self, _: &'a str) -> Pending<'a, Looked> {
        Box::pin(future::ready(Err(StoreError::new("look", "it is away"))))
    }

    fn fill<'a>(&'a self, _: &'a str, _: Lease, _: Vec<u8>, _: Duration) -> Pending<'a, ()> {
        Box::pin(future::ready(Err(StoreError::new("fill", "it is away"))))
    }

    fn remove<'a>(&'a self, _: &'a str) -> Pending<'a, ()> {
        Box::pin(future::ready(Err(StoreError::new("remove", "it is away"))))
    }
}

/// A file that goes with the test.
struct Files {
    folder: PathBuf,
}

impl Files {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("capstone-observe-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("there is a place for temporary files");
        Self { folder }
    }

    async fn open(&self) -> SqliteTasks {
        let opened = SqliteTasks::open(&self.folder.join("tasks.db")).await;
        opened.unwrap_or_else(|error| panic!("{}", capstone::telemetry::chain(&error)))
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
