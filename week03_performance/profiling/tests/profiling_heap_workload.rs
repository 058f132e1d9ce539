//! What `workbook profile profiling_heap` looks into: a batch of 500 readings of probes that are known.

mod support;

use profiling::Monitor;
use support::{Deaf, batches, rules};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn a_batch_of_known_probes() {
    let monitor = Monitor::new(rules(), Deaf);
    let batches = batches(8, 500);
    for batch in &batches {
        monitor.ingest(batch).expect("500 readings");
    }
    let mut next = 0;
    probes::profile::run(|| {
        next = (next + 1) % batches.len();
        monitor.ingest(&batches[next])
    });
}
