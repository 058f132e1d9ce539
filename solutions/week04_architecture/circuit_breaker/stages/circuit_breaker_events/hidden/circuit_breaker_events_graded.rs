//! Stage 4: many threads, many changes, and nobody who listens.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}

use std::sync::{Arc, Mutex};
use std::thread;

use circuit_breaker::Event;
use probes::alloc;
use support::{builder, fail, some, succeed};

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

#[test]
fn what_nobody_hears_is_not_kept() {
    let (clock, builder) = builder();
    let breaker = builder.failures(some(1)).build();
    let ((), tally) = alloc::measure(|| {
        for _ in 0..2_000 {
            fail(&breaker, 1);
            clock.advance(10_000);
            succeed(&breaker, 1);
        }
    });
    assert!(
        tally.peak_bytes < 4_096,
        "6,000 changes of state without a listener, and {} bytes were in use at once",
        tally.peak_bytes
    );
}

#[test]
fn of_many_threads_each_event_is_one_that_can_follow() {
    const THREADS: usize = 4;
    let (clock, builder) = builder();
    let heard: Arc<Mutex<Vec<Event>>> = Arc::default();
    let list = Arc::clone(&heard);
    let breaker = builder
        .failures(some(2))
        .on_event(move |event| list.lock().expect("nobody panics with it").push(*event))
        .build();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (breaker, clock) = (&breaker, &clock);
            scope.spawn(move || {
                for call in 0..2_000_usize {
                    clock.advance(1_000);
                    match (breaker.acquire(), (call + thread) % 5) {
                        (Ok(permit), 0 | 1) => permit.failed(),
                        (Ok(permit), 2 | 3) => permit.succeeded(),
                        (Ok(permit), _) => drop(permit),
                        (Err(_), _) => {}
                    }
                }
            });
        }
    });
    let heard = heard.lock().expect("nobody panics with it").clone();
    let mut before = Event::Closed;
    for (at, event) in heard.iter().enumerate() {
        let follows = matches!(
            (before, event),
            (Event::Closed, Event::Opened)
                | (Event::Opened, Event::HalfOpened)
                | (Event::HalfOpened, Event::Opened | Event::Closed)
        );
        assert!(
            follows,
            "event {at} is {event:?}, and the one before it was {before:?}"
        );
        before = *event;
    }
    let totals = breaker.totals();
    assert_eq!(
        totals.admitted + totals.refused,
        (THREADS * 2_000) as u64,
        "4 threads have asked 2,000 times each: {totals:?}"
    );
    assert_eq!(totals.in_flight(), 0, "all calls have ended: {totals:?}");
}
