//! A batch of 32 readings, none of them too warm: what the ratio measures, and what `workbook profile` looks into.

mod support;

use std::hint::black_box;

use profiling::Monitor;
use support::{Deaf, batches, rules};

#[test]
fn a_batch_of_an_ordinary_minute() {
    let monitor = Monitor::new(rules(), Deaf);
    let batches = batches(64, 32);
    for batch in &batches {
        let alarms = monitor.ingest(batch).expect("the batch is well formed");
        assert_eq!(alarms, [], "nothing is too warm in these batches");
    }
    let mut next = 0;
    probes::speed::report("a_batch_of_an_ordinary_minute", || {
        next = (next + 1) % batches.len();
        black_box(monitor.ingest(&batches[next]))
    });
}

/// As somebody would choose it who has read the rules: every piece of the first four patterns is in it, but too early, and
/// fourteen places where a star can end come after it; so each of the four fails at the very end only. Each name comes once.
#[test]
fn a_name_that_a_stranger_chose() {
    let monitor = Monitor::new(rules(), Deaf);
    let mut number = 0_u64;
    probes::speed::report("a_name_that_a_stranger_chose", || {
        number += 1;
        let batch = format!("{number}-ramp-door-gate-deck-{} 1 2\n", "-/".repeat(7));
        black_box(monitor.ingest(&batch))
    });
}
