//! The same promises at other values.

use probes::alloc::measure;
use who_allocates::{Event, Verdict, Watcher};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

#[test]
fn other_traffic_is_cheap_too() {
    let mut watcher = Watcher::new();
    let mut see = |n: u32| {
        let path = "/v2/tenants/12/reports/2026/pages/3?sort=up";
        let millis = 50 + n * 13 % 41;
        watcher.see(&Event { path, millis })
    };
    for n in 0..2_000 {
        see(n);
    }
    let (_, tally) = measure(|| (0..1_000).for_each(|n| assert_eq!(see(n), Verdict::Usual)));
    assert!(
        tally.bytes <= 512_000,
        "{} bytes for 1,000 events of a route that is well known",
        tally.bytes
    );
}

#[test]
fn the_largest_latencies_are_judged() {
    let mut watcher = Watcher::new();
    let mut see = |millis| {
        watcher.see(&Event {
            path: "/stuck",
            millis,
        })
    };
    for _ in 0..30 {
        assert_eq!(see(u32::MAX / 2 + 10), Verdict::Usual);
    }
    assert_eq!(
        see(u32::MAX),
        Verdict::Usual,
        "twice the p95 is more than a u32 holds, and this is not more than that"
    );
    for _ in 0..30 {
        see(u32::MAX / 2 - 10);
    }
    for _ in 0..1_000 {
        see(5);
    }
    match see(u32::MAX) {
        Verdict::Slow(slow) => assert_eq!((slow.p95, slow.rising), (5, false)),
        Verdict::Usual => panic!("5 ms are usual, and this is not"),
    }
}
