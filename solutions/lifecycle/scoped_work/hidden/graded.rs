//! The same promises at values that the visible tests do not name.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use probes::alloc::measure;
use probes::live::Tracker;
use scoped_work::{Entry, Rule, Violation, audit};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

fn ledger(entries: i64) -> Vec<Entry> {
    (0..entries)
        .map(|cents| Entry {
            account: format!("DE{cents:020}"),
            memo: "standing order".to_owned(),
            cents,
        })
        .collect()
}

fn rule(keeps: impl Fn(&Entry) -> bool + Send + Sync + 'static) -> Rule {
    Rule {
        name: "a rule".to_owned(),
        keeps: Arc::new(keeps),
    }
}

#[test]
fn another_ledger_is_reported_in_order() {
    let entries = ledger(1_001);
    let rules = [
        rule(|entry| entry.cents % 7 != 0),
        rule(|_| true),
        rule(|entry| entry.cents % 5 != 0),
    ];
    let mut expected = Vec::new();
    for entry in 0..1_001 {
        for (rule, divisor) in [(0, 7), (2, 5)] {
            if entry % divisor == 0 {
                expected.push(Violation { entry, rule });
            }
        }
    }
    for workers in [1, 2, 3, 8, 13, 64] {
        let workers = NonZeroUsize::new(workers).expect("not zero");
        assert_eq!(
            audit(&entries, &rules, workers),
            expected,
            "{workers} workers"
        );
    }
}

#[test]
fn more_rules_and_workers_copy_nothing_either() {
    let entries = ledger(3_000);
    let rules: Vec<Rule> = (0..50).map(|_| rule(|entry| entry.cents >= 0)).collect();
    let workers = NonZeroUsize::new(8).expect("not zero");
    let (found, tally) = measure(|| audit(&entries, &rules, workers));
    assert_eq!(found, []);
    assert!(
        tally.allocations <= 200,
        "{} allocations on the caller's thread: entries or rules are copied",
        tally.allocations
    );
}

#[test]
fn a_panic_in_the_last_part_waits_for_the_first() {
    let entries = ledger(30);
    let tracker = Tracker::new();
    let at_work = tracker.clone();
    let (started, first_started) = mpsc::channel::<()>();
    let (unwinding, panicked) = mpsc::channel::<()>();
    let (returned, notice) = mpsc::channel::<()>();
    let first = Mutex::new(Some((started, panicked, notice)));
    let last = Mutex::new(Some((first_started, unwinding)));
    let rules = [rule(move |entry| {
        if entry.cents == 0 {
            let first = first.lock().expect("one entry takes it").take();
            let (started, panicked, notice) = first.expect("checked once");
            let _working = at_work.token();
            drop(started);
            let _ = panicked.recv_timeout(Duration::from_secs(1));
            let _ = notice.recv_timeout(Duration::from_millis(200));
        }
        if entry.cents == 29 {
            let last = last.lock().expect("one entry takes it").take();
            let (first_started, _unwinding) = last.expect("checked once");
            let _ = first_started.recv_timeout(Duration::from_secs(1));
            panic!("entry {} is not readable", entry.cents);
        }
        true
    })];
    let workers = NonZeroUsize::new(3).expect("not zero");
    let ended = catch_unwind(AssertUnwindSafe(|| audit(&entries, &rules, workers)));
    let working = tracker.alive();
    let _ = returned.send(());
    let payload = ended.expect_err("a rule panics, so the audit does");
    assert_eq!(working, 0, "the first worker was still at work");
    assert_eq!(
        payload.downcast_ref::<String>().map(String::as_str),
        Some("entry 29 is not readable")
    );
}
