//! The same rules for other numbers of workers, and for servers that lie side by side.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering::Relaxed;

use padded_counters::{LINE, Stats, Totals};

fn line<T>(of: &T) -> usize {
    std::ptr::from_ref(of).addr() / LINE
}

#[test]
fn the_rules_hold_for_many_servers() {
    let servers: Vec<Stats> = (1..=40).map(Stats::new).collect();
    let mut writers = BTreeMap::new();
    let mut note = |line, who: (usize, usize)| {
        let other = writers.insert(line, who);
        assert!(
            other.is_none_or(|other| other == who),
            "{who:?} and {other:?} (server and writer) write to one line"
        );
    };
    for (n, stats) in servers.iter().enumerate() {
        note(line(stats.accepted()), (n, usize::MAX));
        for number in 0..=n {
            let worker = stats.worker(number);
            worker.requests().fetch_add(2, Relaxed);
            worker.bytes().fetch_add(3, Relaxed);
            worker.errors().fetch_add(1, Relaxed);
            for atomic in [worker.requests(), worker.errors(), worker.bytes()] {
                note(line(atomic), (n, number));
            }
        }
        let workers = n as u64 + 1;
        let totals = Totals {
            requests: 2 * workers,
            errors: workers,
            bytes: 3 * workers,
        };
        assert_eq!(
            stats.totals(),
            totals,
            "each worker has counters of its own"
        );
    }
    for stats in &servers {
        let writer = writers.get(&line(stats.paused()));
        assert_eq!(
            writer, None,
            "server and writer on the line of a flag that is read"
        );
    }
}
