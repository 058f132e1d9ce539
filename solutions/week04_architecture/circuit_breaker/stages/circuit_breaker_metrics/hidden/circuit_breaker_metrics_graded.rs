//! Stage 7: figures that are read while they change.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod scrape {
    include!("support/scrape.rs");
}

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use circuit_breaker::{Breaker, Event, Metrics};
use scrape::scrape;
use support::{Hand, builder, some};

const THREADS: u64 = 4;
const CALLS: u64 = 500;

/// One of several threads that call, each in its own order.
fn calls(breaker: &Breaker, clock: &Hand, thread: u64, refused: &AtomicU64) {
    for call in 0..CALLS {
        clock.advance(700);
        match (breaker.acquire(), (call + thread) % 5) {
            (Ok(permit), 0 | 1) => permit.failed(),
            (Ok(permit), 2 | 3) => permit.succeeded(),
            (Ok(permit), _) => drop(permit),
            (Err(_), _) => {
                refused.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

#[test]
fn a_text_is_of_one_moment_and_adds_up() {
    let (clock, builder) = builder();
    let heard: Arc<Mutex<Vec<Event>>> = Arc::default();
    let list = Arc::clone(&heard);
    let breaker = builder
        .failures(some(2))
        .on_event(move |event| list.lock().expect("nobody panics with it").push(*event))
        .build();
    let metrics = Metrics::new();
    metrics.add("tax", &breaker);
    let (refused, over) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        let (breaker, clock, refused, over) = (&breaker, &clock, &refused, &over);
        let scraper = scope.spawn(|| {
            while !over.load(Ordering::Acquire) {
                let scraped = scrape(&metrics);
                let [closed, open, _] = scraped.state("tax");
                let [to_open, to_half_open, to_closed] = scraped.transitions("tax");
                let unanswered = to_open - to_half_open;
                assert!(
                    to_half_open >= to_closed
                        && unanswered <= 1
                        && (open == 0 || unanswered == 1)
                        && (closed == 0 || unanswered == 0),
                    "figures of one moment were expected: to each opening belongs one half-opening, unless the circuit is \
                     open or its cool-down over. It is shown as closed {closed}, open {open}, after {to_open} openings, \
                     {to_half_open} half-openings and {to_closed} closings"
                );
            }
        });
        let callers: Vec<_> = (0..THREADS)
            .map(|thread| scope.spawn(move || calls(breaker, clock, thread, refused)))
            .collect();
        let ended: Vec<_> = callers.into_iter().map(|it| it.join()).collect();
        // Whatever became of them, or the scraper never ends.
        over.store(true, Ordering::Release);
        assert!(
            ended.iter().all(Result::is_ok),
            "a thread that called has panicked"
        );
        if let Err(panic) = scraper.join() {
            std::panic::resume_unwind(panic);
        }
    });

    let scraped = scrape(&metrics);
    assert_eq!(
        (
            scraped.sum("circuit_breaker_calls_total"),
            scraped.in_flight("tax")
        ),
        (THREADS * CALLS, 0),
        "calls that are over, and in flight: 4 threads have called 500 times each"
    );
    assert_eq!(
        scraped.calls("tax")[3],
        refused.into_inner(),
        "calls that were refused"
    );
    let heard = heard.lock().expect("nobody panics with it");
    let times = |event| (heard.iter()).filter(|it| **it == event).count() as u64;
    assert_eq!(
        scraped.transitions("tax"),
        [
            times(Event::Opened),
            times(Event::HalfOpened),
            times(Event::Closed)
        ],
        "to open, half-open, closed, in the text and as a listener has heard them"
    );
}
