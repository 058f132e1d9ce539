//! Stage 7: figures for Prometheus.

#[path = "support/backend.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod backend;
#[path = "support/calls.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod calls;
#[path = "support/scrape.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod scrape;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use backend::{Ask, Backend};
use calls::{Oops, ms, opens_after};
use circuit_breaker::{Breaker, CircuitLayer, Event, Guard, Metrics};
use scrape::{Scrape, scrape};
use support::{Hand, begin, builder, fail, some, succeed};
use tokio::time::timeout;
use tower::{Layer, Service, ServiceExt};

/// Opens after a failure, and is shown as `tax`.
fn shown() -> (Hand, Breaker, Metrics) {
    let (clock, builder) = builder();
    let breaker = builder.failures(some(1)).build();
    let metrics = Metrics::new();
    metrics.add("tax", &breaker);
    (clock, breaker, metrics)
}

#[test]
fn every_series_is_there_from_the_start() {
    let (_, breaker, metrics) = shown();
    metrics.add("search", &breaker);
    let scrape = scrape(&metrics);
    let kinds = [
        ("circuit_breaker_calls_in_flight", "gauge"),
        ("circuit_breaker_calls_total", "counter"),
        ("circuit_breaker_state", "gauge"),
        ("circuit_breaker_transitions_total", "counter"),
    ];
    let kinds = kinds.map(|(name, kind)| (name.to_owned(), kind.to_owned()));
    assert_eq!(
        scrape.kinds,
        BTreeMap::from(kinds),
        "families and their types"
    );
    let mut expected = BTreeMap::new();
    for breaker in ["search", "tax"] {
        for (series, value) in [
            ("circuit_breaker_state{breaker=\"?\",state=\"closed\"}", 1),
            ("circuit_breaker_state{breaker=\"?\",state=\"open\"}", 0),
            (
                "circuit_breaker_state{breaker=\"?\",state=\"half_open\"}",
                0,
            ),
            (
                "circuit_breaker_calls_total{breaker=\"?\",outcome=\"succeeded\"}",
                0,
            ),
            (
                "circuit_breaker_calls_total{breaker=\"?\",outcome=\"failed\"}",
                0,
            ),
            (
                "circuit_breaker_calls_total{breaker=\"?\",outcome=\"abandoned\"}",
                0,
            ),
            (
                "circuit_breaker_calls_total{breaker=\"?\",outcome=\"refused\"}",
                0,
            ),
            ("circuit_breaker_calls_in_flight{breaker=\"?\"}", 0),
            (
                "circuit_breaker_transitions_total{breaker=\"?\",to=\"open\"}",
                0,
            ),
            (
                "circuit_breaker_transitions_total{breaker=\"?\",to=\"half_open\"}",
                0,
            ),
            (
                "circuit_breaker_transitions_total{breaker=\"?\",to=\"closed\"}",
                0,
            ),
        ] {
            expected.insert(series.replace('?', breaker), value);
        }
    }
    assert_eq!(
        scrape.samples, expected,
        "the series of two breakers of which nothing has happened. A counter that appears when it is 1 has never risen: an alert \
         on `increase` misses the first opening"
    );
}

#[test]
fn the_gauge_says_what_the_circuit_is_now() {
    let (clock, breaker, metrics) = shown();
    fail(&breaker, 1);
    assert_eq!(
        scrape(&metrics).state("tax"),
        [0, 1, 0],
        "closed, open, half-open: a failure has opened it"
    );
    clock.advance(10_000);
    let scraped = scrape(&metrics);
    assert_eq!(
        (scraped.state("tax"), scraped.transitions("tax")),
        ([0, 0, 1], [1, 0, 0]),
        "state (closed, open, half-open) and transitions (to open, half-open, closed): the cool-down is over, and nobody has \
         called. The last event is `Opened`, and would be for the whole night"
    );
    succeed(&breaker, 1);
    let scraped = scrape(&metrics);
    assert_eq!(
        (scraped.state("tax"), scraped.transitions("tax")),
        ([1, 0, 0], [1, 1, 1]),
        "state (closed, open, half-open) and transitions (to open, half-open, closed), after a probe has succeeded"
    );
}

/// An event, and the transitions in the text when it is told.
type Seen = (Event, [u64; 3]);

#[test]
fn a_transition_counts_when_it_is_made() {
    let (clock, builder) = builder();
    let metrics = Metrics::new();
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let (of_listener, list) = (metrics.clone(), Arc::clone(&seen));
    let breaker = builder
        .failures(some(1))
        .on_event(move |event| {
            let transitions = scrape(&of_listener).transitions("tax");
            list.lock()
                .expect("nobody panics with it")
                .push((*event, transitions));
        })
        .build();
    metrics.add("tax", &breaker);
    fail(&breaker, 1);
    clock.advance(10_000);
    succeed(&breaker, 1);
    assert_eq!(
        *seen.lock().expect("nobody panics with it"),
        [
            (Event::Opened, [1, 0, 0]),
            (Event::HalfOpened, [1, 1, 0]),
            (Event::Closed, [1, 1, 1])
        ],
        "each event, and the transitions (to open, half-open, closed) that a listener finds in the text when it is told"
    );
}

#[test]
fn a_transition_counts_without_a_listener() {
    let (clock, breaker, metrics) = shown();
    for _ in 0..3 {
        fail(&breaker, 1);
        clock.advance(10_000);
    }
    assert_eq!(
        scrape(&metrics).transitions("tax"),
        [3, 2, 0],
        "to open, half-open, closed: a breaker without a listener has opened three times. What is counted when it is told is \
         counted nowhere here"
    );
}

#[tokio::test(start_paused = true)]
async fn each_call_is_in_one_series() {
    let breaker = opens_after(3).build();
    let metrics = Metrics::new();
    metrics.add("tax", &breaker);
    let guard: Guard<u32, Oops> = breaker.guard().deadline(ms(2_000));
    let mut service = CircuitLayer::new(guard.clone()).layer(Backend::new(9));
    let late = begin(&breaker);
    let mut ask = async |ask| {
        let ready = service.ready().await.expect("slots are free");
        timeout(ms(5_000), ready.call(ask)).await
    };
    let _ = ask(Ask::Number(7)).await;
    let _ = ask(Ask::Down).await;
    let _ = timeout(ms(1_000), guard.call(std::future::pending())).await;
    let _ = ask(Ask::Hang).await;
    let _ = ask(Ask::Down).await;
    let _ = ask(Ask::Number(8)).await;

    let scraped = scrape(&metrics);
    assert_eq!(
        (scraped.calls("tax"), scraped.in_flight("tax")),
        ([1, 3, 1, 1], 1),
        "calls (succeeded, failed, abandoned, refused) and in flight: one was answered, two had an error, one timed out, one was \
         hung up on, one was refused, and one is under way"
    );
    assert_eq!(
        scraped.sum("circuit_breaker_calls_total"),
        6,
        "seven calls were asked for and one is under way; `sum(circuit_breaker_calls_total)` was expected to be the six that \
         are over. A series for calls that were let through has each of them once more"
    );
    late.failed();
    let scraped = scrape(&metrics);
    assert_eq!(
        (
            scraped.calls("tax"),
            scraped.in_flight("tax"),
            scraped.transitions("tax")
        ),
        ([1, 4, 1, 1], 0, [1, 0, 0]),
        "calls, in flight, and transitions (to open, half-open, closed): a call from before the opening has failed. It is over, \
         and opens nothing a second time"
    );
}

#[test]
fn a_name_is_there_once() {
    let (_, breaker, metrics) = shown();
    succeed(&breaker, 2);
    // As each clone of a client would do, at its start.
    metrics.clone().add("tax", &breaker.clone());
    metrics.add("tax", &breaker);
    let once = scrape(&metrics);
    assert_eq!(
        (once.calls("tax"), once.samples.len()),
        ([2, 0, 0, 0], 11),
        "calls, and the number of series: the same breaker was added three times under one name"
    );
    let (_, other, _) = shown();
    fail(&other, 1);
    metrics.add("tax", &other);
    assert_eq!(
        scrape(&metrics).calls("tax"),
        [0, 1, 0, 0],
        "calls of `tax`, after another breaker took its name"
    );
}

#[test]
fn names_are_escaped() {
    let metrics = Metrics::new();
    let names = [
        "tax \"eu\"",
        r"c:\tax",
        "two\nlines",
        r"\n",
        "\\\"\n",
        // Prometheus knows three escapes, and refuses a text with any other.
        "tab\there",
        "bell\u{7}",
    ];
    for name in names {
        let (_, breaker, _) = shown();
        fail(&breaker, 1);
        metrics.add(name, &breaker);
    }
    let scraped = scrape(&metrics);
    for name in names {
        assert_eq!(
            scraped.state(name),
            [0, 1, 0],
            "the state (closed, open, half-open) of the breaker {name:?}, as Prometheus reads it"
        );
    }
}

/// The names of all series.
fn series(scrape: &Scrape) -> Vec<&String> {
    scrape.samples.keys().collect()
}

#[tokio::test(start_paused = true)]
async fn no_caller_can_make_a_series() {
    let breaker = opens_after(2).build();
    let metrics = Metrics::new();
    metrics.add("tax", &breaker);
    let before = scrape(&metrics);
    let guard: Guard<u32, String> = breaker.guard().deadline(ms(500));
    for number in 0..200_u32 {
        let user = format!("no such user: {number}");
        let _ = guard
            .call(async {
                match number % 3 {
                    0 => Ok(number),
                    1 => Err(user),
                    _ => std::future::pending().await,
                }
            })
            .await;
    }
    let after = scrape(&metrics);
    assert_eq!(
        series(&after),
        series(&before),
        "series, before and after 200 calls, each with an answer or an error of its own"
    );
    assert_eq!(
        after.sum("circuit_breaker_calls_total"),
        200,
        "200 calls, all of them over"
    );
}
