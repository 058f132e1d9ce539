//! The same promises for other depots, and with a subscriber that has no filter of its own.

use std::sync::atomic::{AtomicUsize, Ordering};

use free_when_off::{Depot, Roads, choose};
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// Counts how often it was asked.
#[derive(Default)]
struct Asked(AtomicUsize);

impl Asked {
    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl Roads for Asked {
    fn route(&self, depot: u32) -> String {
        self.0.fetch_add(1, Ordering::Relaxed);
        format!("road to {depot}")
    }
}

const fn depot(id: u32, metres: u32, waiting: u32) -> Depot {
    Depot {
        id,
        metres,
        waiting,
    }
}

/// Wants events up to a level, and counts them.
struct UpTo(Level, &'static AtomicUsize);

impl Subscriber for UpTo {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        *about.level() <= self.0
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        if event.metadata().target().starts_with("free_when_off") {
            self.1.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn many_depots_cost_nothing_either() {
    let depots: Vec<Depot> = (0..500).map(|n| depot(n, 5_000 - n, n % 7)).collect();
    let roads = Asked::default();
    // In this order, in one test: a subscriber of another thread would make events wanted for all.
    choose(1, &depots, &roads);
    assert_eq!(roads.take(), 0, "without a subscriber nobody listens");
    for (level, events, asked) in [
        (Level::INFO, 0, 0),
        (Level::DEBUG, 1, 1),
        (Level::TRACE, 501, 501),
    ] {
        let seen: &'static AtomicUsize = Box::leak(Box::default());
        let dispatch = Dispatch::new(UpTo(level, seen));
        tracing::dispatcher::with_default(&dispatch, || {
            choose(1, &depots, &roads);
            assert_eq!(
                (seen.load(Ordering::Relaxed), roads.take()),
                (events, asked),
                "500 depots at {level}: events, and routes asked for"
            );
            let (_, tally) = probes::alloc::measure(|| choose(2, &depots, &roads));
            roads.take();
            if level == Level::INFO {
                assert_eq!(tally.allocations, 0, "500 depots at INFO");
            }
        });
    }
}
