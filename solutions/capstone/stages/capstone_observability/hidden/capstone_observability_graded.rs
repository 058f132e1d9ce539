//! The same promises at values that the visible tests do not name.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod observe {
    include!("support/observe.rs");
}

use std::collections::VecDeque;
use std::future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use capstone::adapters::{MemoryTasks, SystemClock, SystemDice};
use capstone::domain::{Draft, Notice, Timestamp, Title, UserId};
use capstone::http;
use capstone::jobs::{Policy, Workers};
use capstone::metrics::Metrics;
use capstone::ports::{
    Clock, DeadJob, Delivery, Held, Ids, JobQueue, Leased, Notifier, Pending, Receipt, StoreError,
    TaskRepository,
};
use capstone::telemetry::Levels;
use capstone::trace::TraceContext;
use tokio::time;

use observe::{Hands, Lines, Scrape, Watched, ask, eventually};
use support::config;

const NOON: u64 = 1_767_268_800_000;

#[test]
fn a_wrong_character_at_any_place_makes_no_trace() {
    let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    assert!(TraceContext::parse(good).is_some(), "{good} is a good one");
    for place in 0..good.len() {
        for wrong in ["A", "g", "+", " ", ".", "é", ""] {
            let (before, after) = (&good[..place], &good[place + 1..]);
            let header = format!("{before}{wrong}{after}");
            assert_eq!(
                TraceContext::parse(&header),
                None,
                "place {place} of `{header}` is another character than a good header has there"
            );
        }
    }
    let read = TraceContext::parse(good).expect("a good one");
    assert_eq!(read.traceparent(), good, "what was read is what is written");
}

#[test]
fn no_number_of_anything_is_zero() {
    let given = Given::new(&[0, 0, 0, 7, 0, 9, 0, 0, 11, 0, 13]);
    let first = TraceContext::begin(&given);
    let child = first.child(&given);
    assert!(
        first.trace_id != 0 && first.span_id != 0 && child.span_id != 0,
        "zeros stand for no number at all, so whoever gets one asks again: {first:?}, and {child:?}"
    );
    assert!(
        child.trace_id == first.trace_id && child.span_id != first.span_id,
        "a child is another piece of the same trace: {first:?}, and {child:?}"
    );
}

#[tokio::test]
async fn two_services_in_one_process_count_apart() {
    let routes = || Router::new().route("/here", get(async || "here"));
    let one = Watched::start(config(), routes()).await;
    let other = Watched::start(config(), routes()).await;
    one.ask("GET", "/here").await;
    let series = "http_requests_total{method=\"GET\",route=\"/here\",status=\"2xx\"}";
    eventually("a request to be counted", || {
        one.scrape().get(series) == Some(1.0)
    })
    .await;
    assert_eq!(
        other.scrape().get(series),
        None,
        "the other service was asked nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn what_nobody_was_told_is_not_done() {
    for (answer, word) in [(Answer::Lost, "lost"), (Answer::Fails, "unanswered")] {
        let store = Arc::new(MemoryTasks::default());
        let draft = Draft {
            owner: UserId::new(1),
            title: Title::parse("rent").expect("a title"),
            created: Timestamp::from_millis(NOON),
        };
        store.insert(draft, None).await.expect("it works");
        let metrics = Metrics::default();
        let policy = Policy {
            attempts: 1,
            ..Policy::default()
        };
        let queue = Arc::new(Deaf {
            inner: store,
            answer,
        });
        let ids = Arc::new(Given::new(&[3, 5, 7, 11, 13, 17, 19]));
        Workers::new(
            queue,
            Arc::new(Yes),
            Arc::new(SystemClock),
            Arc::new(SystemDice::default()),
            policy,
        )
        .observed(metrics.clone(), ids)
        .run(time::sleep(Duration::from_secs(5)))
        .await;
        let scrape = Scrape::read(&metrics.render());
        let count = |word: &str| scrape.value(&format!("job_attempts_total{{outcome=\"{word}\"}}"));
        assert_eq!(
            (count("done"), count(word)),
            (0.0, 1.0),
            "the notice was told, and the queue has not taken the answer ({word}). The job comes again, so it is not \
             done"
        );
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_no_nonsense() {
    let hands = Hands::at(NOON);
    let store = Arc::new(MemoryTasks::default().with_clock(hands));
    let draft = Draft {
        owner: UserId::new(1),
        title: Title::parse("rent").expect("a title"),
        created: Timestamp::from_millis(NOON),
    };
    store.insert(draft, None).await.expect("it works");
    let metrics = Metrics::default();
    let earlier: Arc<dyn Clock> = Hands::at(NOON - 60_000);
    let config = capstone::Config {
        operator_address: Some(([127, 0, 0, 1], 0).into()),
        ..config()
    };
    let operator = http::operator(metrics.clone(), store, earlier);
    let watched = Watched::start_with(config, Router::new(), metrics, |application| {
        application.for_operators(operator)
    })
    .await;
    let operators = watched.operators.expect("a port");
    let scrape = Scrape::read(&ask(operators, "GET", "/metrics", "").await.body);
    assert_eq!(
        (
            scrape.value("job_queue_depth"),
            scrape.value("job_queue_oldest_age_seconds")
        ),
        (1.0, 0.0),
        "the job was left a minute from now, by a clock that was set back: it is new"
    );
}

#[test]
fn off_is_off() {
    let lines = Lines::of(Levels::parse("off").expect("a level"), || {
        tracing::error!("it has failed");
    });
    assert_eq!(lines.text(), "", "`off` writes nothing");
    let lines = Lines::of(Levels::parse("off,a::b=trace").expect("levels"), || {
        tracing::error!(target: "a", "not this");
        tracing::trace!(target: "a::b::c", "1");
    });
    assert_eq!(lines.first_letters(), ["1"], "but for one module");
}

/// Gives these numbers, and then the last one again and again.
struct Given(Mutex<VecDeque<u64>>);

impl Given {
    fn new(numbers: &[u64]) -> Self {
        Self(Mutex::new(numbers.iter().copied().collect()))
    }
}

impl Ids for Given {
    fn number(&self) -> u64 {
        let mut left = self.0.lock().expect("no panic");
        match left.len() {
            1 => left[0],
            _ => left.pop_front().expect("there is a last one"),
        }
    }
}

struct Yes;

impl Notifier for Yes {
    fn notify<'a>(&'a self, _: &'a str, _: &'a Notice) -> Delivery<'a> {
        Box::pin(future::ready(Ok(())))
    }
}

#[derive(Clone, Copy)]
enum Answer {
    Lost,
    Fails,
}

/// Hands out jobs, and does not hear that they are done.
struct Deaf {
    inner: Arc<MemoryTasks>,
    answer: Answer,
}

impl JobQueue for Deaf {
    fn claim(&self, now: Timestamp, until: Timestamp) -> Pending<'_, Option<Leased>> {
        self.inner.claim(now, until)
    }

    fn extend(&self, receipt: Receipt, until: Timestamp) -> Pending<'_, Held> {
        self.inner.extend(receipt, until)
    }

    fn complete(&self, _: Receipt) -> Pending<'_, Held> {
        let answer = match self.answer {
            Answer::Lost => Ok(Held::Lost),
            Answer::Fails => Err(StoreError::new("complete a job", "the disk is gone")),
        };
        Box::pin(future::ready(answer))
    }

    fn retry(&self, receipt: Receipt, due: Timestamp, reason: String) -> Pending<'_, Held> {
        self.inner.retry(receipt, due, reason)
    }

    fn bury(&self, receipt: Receipt, reason: String) -> Pending<'_, Held> {
        self.inner.bury(receipt, reason)
    }

    fn dead(&self, limit: usize) -> Pending<'_, Vec<DeadJob>> {
        self.inner.dead(limit)
    }
}
