//! What a reading costs the allocator, and what must be right all the same.

mod support;

use probes::alloc::measure;
use profiling::{Latest, Monitor, Rules};
use support::{Deaf, MARCH, batches, rules};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn names_are_in_small_letters_everywhere() {
    let monitor = Monitor::new(Rules::new([("oslo/*", 40)]), Deaf);
    let batch = format!("oslo/a {MARCH} 1\nOSLO/a {MARCH} 41\nOslo/B {MARCH} 42\n");
    let alarms = monitor.ingest(&batch).expect("three readings");
    let probes: Vec<&str> = alarms.iter().map(|alarm| alarm.probe.as_str()).collect();
    assert_eq!(
        probes,
        ["oslo/a", "oslo/b"],
        "the probes of two alarms: a name is the same name in capitals, and is told in small letters"
    );
    assert_eq!(
        (
            monitor.board().warmest("oslo/a"),
            monitor.board().warmest("OSLO/a")
        ),
        (Some(41), None),
        "the warmest of `oslo/a`, which was called `OSLO/a` once, and of `OSLO/a`, which is no place"
    );
}

#[test]
fn what_is_new_comes_onto_the_board() {
    let monitor = Monitor::new(Rules::default(), Deaf);
    let board = monitor.board();
    let line = |probe: &str, at: i64, tenths: i32| {
        let batch = format!("{probe} {at} {tenths}\n");
        monitor.ingest(&batch).expect("a reading");
        [
            board.warmest("oslo"),
            board.warmest("oslo/1"),
            board.warmest("oslo/1/a"),
        ]
    };
    assert_eq!(
        line("oslo/1/b", MARCH, -7),
        [Some(-7), Some(-7), None],
        "the warmest of `oslo`, `oslo/1` and `oslo/1/a` after a first reading, of `oslo/1/b`"
    );
    assert_eq!(
        line("oslo/1/a", MARCH, -9),
        [Some(-7), Some(-7), Some(-9)],
        "and after a colder one of `oslo/1/a`: what is warmest stays"
    );
    assert_eq!(
        line("oslo/2/a", MARCH, 3),
        [Some(3), Some(-7), Some(-9)],
        "and after a warm one of `oslo/2/a`, which is in `oslo` and not in `oslo/1`"
    );
    assert_eq!(
        line("oslo/1/a", MARCH - 5, 4),
        [Some(4), Some(4), Some(4)],
        "and after one of `oslo/1/a` that comes late: it was measured, so it counts for the warmest"
    );
    let expected = Latest {
        at: MARCH,
        tenths: -9,
    };
    assert_eq!(
        board.latest("oslo/1/a"),
        Some(expected),
        "and is not the last reading"
    );
}

#[test]
fn five_hundred_readings_are_measured() {
    let monitor = Monitor::new(rules(), Deaf);
    let batches = batches(4, 500);
    for batch in &batches {
        // What is new may be kept, once.
        monitor.ingest(batch).expect("500 readings");
    }
    let (alarms, tally) = measure(|| monitor.ingest(&batches[1]));
    assert_eq!(alarms, Ok(vec![]), "nothing is too warm");
    probes::figures::report("allocations", tally.allocations);
}
