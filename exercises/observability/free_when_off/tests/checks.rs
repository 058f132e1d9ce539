//! What a log costs that nobody reads, and that it is all there when somebody does.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use free_when_off::{Depot, Roads, choose};
use serde_json::{Value, json};
use tracing::Dispatch;
use tracing::dispatcher::with_default;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{fmt, registry};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// As many parcels as are measured.
const PARCELS: u64 = 1_000;

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

const DEPOTS: [Depot; 4] = [
    depot(3, 1_200, 0),
    depot(5, 80, 9),
    depot(8, 500, 4),
    depot(9, 400, 5),
];

/// Collects what a subscriber writes.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic under the lock").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A service's subscriber with a filter such as `info,other=debug`, and what it writes.
fn subscriber(filter: &str) -> (Dispatch, Written) {
    let written = Written::default();
    let writer = written.clone();
    let filter: Targets = filter.parse().expect("a good filter");
    let lines = fmt::layer().json().with_writer(move || writer.clone());
    (registry().with(filter).with(lines).into(), written)
}

/// The events: level, text, and the other fields.
fn events(written: &Written) -> Vec<(String, String, Value)> {
    let bytes = written.0.lock().expect("no panic under the lock").clone();
    let log = String::from_utf8(bytes).expect("JSON is UTF-8");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    log.lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).expect("the layer writes JSON");
            let mut fields = line["fields"].clone();
            let message = fields
                .as_object_mut()
                .and_then(|fields| fields.remove("message"));
            (
                text(&line["level"]),
                message.as_ref().map(text).unwrap_or_default(),
                fields,
            )
        })
        .collect()
}

#[test]
fn the_cheapest_depot_is_chosen() {
    let choose = |depots: &[Depot]| choose(1, depots, &Asked::default());
    assert_eq!(choose(&[]), None, "there is no depot");
    assert_eq!(
        choose(&DEPOTS),
        Some(8),
        "the costs are 1200, 980, 900 and 900, and of two equal ones the first is chosen"
    );
}

#[test]
fn events_are_as_they_were() {
    let (subscriber, written) = subscriber("trace");
    with_default(&subscriber, || choose(71, &DEPOTS, &Asked::default()));
    let scored = |depot: u32, cost: u64| {
        (
            "TRACE".to_owned(),
            "depot scored".to_owned(),
            json!({"parcel": 71, "depot": depot, "cost": cost, "route": format!("road to {depot}")}),
        )
    };
    let chosen = (
        "DEBUG".to_owned(),
        "depot chosen".to_owned(),
        json!({"parcel": 71, "depot": 8, "route": "road to 8", "costs": "3:1200 5:980 8:900 9:900"}),
    );
    assert_eq!(
        events(&written),
        [
            scored(3, 1_200),
            scored(5, 980),
            scored(8, 900),
            scored(9, 900),
            chosen
        ],
        "with TRACE on, each depot and then the choice must be in the log, with these fields (left: the log)"
    );
}

#[test]
fn a_route_is_asked_for_only_to_be_logged() {
    for (filter, expected) in [("info", 0), ("debug", 1), ("trace", 5), ("off", 0)] {
        let (subscriber, _written) = subscriber(filter);
        let roads = Asked::default();
        with_default(&subscriber, || choose(1, &DEPOTS, &roads));
        assert_eq!(
            roads.take(),
            expected,
            "with the filter `{filter}` and four depots: a route is asked for only to be logged, so once for \
             `depot chosen` at DEBUG, once more for each `depot scored` at TRACE, and else never (left: how \
             often it was)"
        );
    }
}

#[test]
fn what_others_log_costs_nothing_here() {
    let (subscriber, written) = subscriber("info,other=trace");
    let roads = Asked::default();
    with_default(&subscriber, || choose(1, &DEPOTS, &roads));
    let ((), tally) = with_default(&subscriber, || {
        probes::alloc::measure(|| {
            for parcel in 0..PARCELS {
                choose(parcel, &DEPOTS, &roads);
            }
        })
    });
    assert_eq!(events(&written), [], "nothing is logged at INFO");
    assert_eq!(
        (roads.take(), tally.allocations),
        (0, 0),
        "the filter is `info,other=trace`: another library is logged at TRACE, and this crate at INFO. What \
         counts is whether *these* events are wanted (left: routes asked for, and allocations)"
    );
}

#[test]
fn the_level_can_change_while_the_service_runs() {
    let roads = Asked::default();
    let asked = ["info", "debug", "info"].map(|filter| {
        let (subscriber, written) = subscriber(filter);
        with_default(&subscriber, || choose(1, &DEPOTS, &roads));
        (filter, roads.take(), events(&written).len())
    });
    assert_eq!(
        asked,
        [("info", 0, 0), ("debug", 1, 1), ("info", 0, 0)],
        "DEBUG is turned on for a while, to look at a problem, and off again; nobody restarts the service for it \
         (left: filter, routes asked for, events)"
    );
}

#[test]
fn a_thousand_parcels_are_measured() {
    let (subscriber, written) = subscriber("info");
    let roads = Asked::default();
    let (chosen, tally) = with_default(&subscriber, || {
        // The first parcel makes each place in the code known to the subscriber, which allocates once.
        choose(0, &DEPOTS, &roads);
        probes::alloc::measure(|| {
            (0..PARCELS)
                .filter(|&parcel| choose(parcel, &DEPOTS, &roads) == Some(8))
                .count()
        })
    });
    assert_eq!(
        (chosen as u64, events(&written).len()),
        (PARCELS, 0),
        "each parcel goes to depot 8, and nothing is logged at INFO"
    );
    probes::figures::report("allocations", tally.allocations);
}
