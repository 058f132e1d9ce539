//! The audit finds what there is to find, on borrowed data, and is over when it returns.

use std::cell::RefCell;
use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use probes::alloc::measure;
use probes::live::Tracker;
use scoped_work::{Entry, Rule, Violation, audit};

#[global_allocator]
static ALLOCATOR: probes::alloc::Counting = probes::alloc::Counting;

/// How long to wait for what must happen. Nothing depends on the figure but how soon a failure is told.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long to watch for what must *not* happen.
const WATCH: Duration = Duration::from_millis(200);

fn ledger(entries: i64) -> Vec<Entry> {
    (0..entries)
        .map(|cents| Entry {
            account: format!("account {}", cents % 100),
            memo: format!("invoice {cents}"),
            cents,
        })
        .collect()
}

fn rule(name: &str, keeps: impl Fn(&Entry) -> bool + Send + Sync + 'static) -> Rule {
    Rule {
        name: name.to_owned(),
        keeps: Arc::new(keeps),
    }
}

fn workers(workers: usize) -> NonZeroUsize {
    NonZeroUsize::new(workers).expect("not zero")
}

fn found<const N: usize>(violations: [(usize, usize); N]) -> Vec<Violation> {
    violations
        .map(|(entry, rule)| Violation { entry, rule })
        .into()
}

#[test]
fn every_violation_is_found_once() {
    let entries = ledger(12);
    let rules = [
        rule("not 3, 4 or 10", |entry| ![3, 4, 10].contains(&entry.cents)),
        rule("not 10 or 0", |entry| ![10, 0].contains(&entry.cents)),
    ];
    let expected = found([(0, 1), (3, 0), (4, 0), (10, 0), (10, 1)]);
    assert_eq!(
        audit(&entries, &rules, workers(1)),
        expected,
        "12 entries, two rules, one worker: by entry, and then by rule"
    );
    for count in [2, 4, 12, 50] {
        let mut violations = audit(&entries, &rules, workers(count));
        // Their order is the next test's question.
        violations.sort_by_key(|violation| (violation.entry, violation.rule));
        assert_eq!(
            violations, expected,
            "12 entries, two rules, {count} workers"
        );
    }
    assert_eq!(audit(&[], &rules, workers(4)), [], "an empty ledger");
    assert_eq!(audit(&entries, &[], workers(4)), [], "no rule");
}

thread_local! {
    /// Dropped when its thread ends.
    static GOODBYE: RefCell<Option<Sender<()>>> = const { RefCell::new(None) };
}

#[test]
fn a_worker_that_is_done_first_does_not_come_first() {
    let entries = ledger(40);
    let (goodbye, gone) = mpsc::channel();
    let goodbye = Mutex::new(Some(goodbye));
    let gone = Mutex::new(gone);
    let rules = [rule("neither the first nor the last", move |entry| {
        match entry.cents {
            // Takes until the worker that checks the last entry has ended.
            0 => {
                let gone = gone.lock().expect("one entry waits");
                let _ = gone.recv_timeout(PATIENCE);
                false
            }
            39 => {
                let goodbye = goodbye.lock().expect("one entry takes it").take();
                GOODBYE.with_borrow_mut(|kept| *kept = goodbye);
                false
            }
            _ => true,
        }
    })];
    assert_eq!(
        audit(&entries, &rules, workers(4)),
        found([(0, 0), (39, 0)]),
        "the last entry was checked before the first, and is still reported after it"
    );
}

/// How many checks are in progress.
#[derive(Default)]
struct Meeting {
    now: usize,
    most: usize,
    given_up: bool,
    threads: HashSet<ThreadId>,
}

#[test]
fn workers_work_beside_each_other() {
    const WORKERS: usize = 4;
    let entries = ledger(64);
    // Checks in progress wait for each other, until as many as there are workers were there at one time.
    let meeting = Arc::new((Mutex::new(Meeting::default()), Condvar::new()));
    let shared = Arc::clone(&meeting);
    let rules = [rule("meets the others", move |_| {
        let (meeting, changed) = &*shared;
        let mut here = meeting.lock().expect("no panic under the lock");
        here.now += 1;
        here.most = here.most.max(here.now);
        here.threads.insert(thread::current().id());
        changed.notify_all();
        let (mut here, waited) = changed
            .wait_timeout_while(here, PATIENCE, |here| here.most < WORKERS && !here.given_up)
            .expect("no panic under the lock");
        // Once is enough: the other 63 need not wait in vain as well.
        here.given_up |= waited.timed_out();
        here.now -= 1;
        true
    })];
    let _ = audit(&entries, &rules, workers(WORKERS));
    let meeting = meeting.0.lock().expect("no panic under the lock");
    assert!(
        meeting.most >= WORKERS,
        "64 entries and {WORKERS} workers: so many checks were in progress at one time, although each \
         waited for {WORKERS} to be there: {}",
        meeting.most
    );
    assert_eq!(
        meeting.threads.len(),
        WORKERS,
        "64 entries were checked by {WORKERS} workers, on so many threads"
    );
}

#[test]
fn the_audit_is_over_when_it_panics() {
    let entries = ledger(40);
    let tracker = Tracker::new();
    let at_work = tracker.clone();
    let (started, other_started) = mpsc::channel::<()>();
    let (unwinding, panicked) = mpsc::channel::<()>();
    let (returned, notice) = mpsc::channel::<()>();
    let first = Mutex::new(Some((other_started, unwinding)));
    let last = Mutex::new(Some((started, panicked, notice)));
    let rules = [rule("panics at the first entry", move |entry| {
        if entry.cents == 0 {
            let first = first.lock().expect("one entry takes it").take();
            let (other_started, _unwinding) = first.expect("checked once");
            let _ = other_started.recv_timeout(PATIENCE);
            panic!("entry 0 is not readable");
        }
        if entry.cents == 39 {
            let last = last.lock().expect("one entry takes it").take();
            let (started, panicked, notice) = last.expect("checked once");
            let _working = at_work.token();
            drop(started);
            // Works until the other one has panicked and for a while after. If the audit returns meanwhile,
            // that is noticed.
            let _ = panicked.recv_timeout(PATIENCE);
            let _ = notice.recv_timeout(WATCH);
        }
        true
    })];
    let ended = catch_unwind(AssertUnwindSafe(|| audit(&entries, &rules, workers(4))));
    let working = tracker.alive();
    let _ = returned.send(());
    let payload = ended.expect_err("a rule panics, so the audit does");
    assert_eq!(
        working, 0,
        "a rule panicked at entry 0, audit passed that on, and another worker was still checking \
         entry 39 for a caller who has moved on"
    );
    assert_eq!(
        payload.downcast_ref::<&str>(),
        Some(&"entry 0 is not readable"),
        "the panic that arrives is the one of the rule, with its own message"
    );
}

#[test]
fn ten_thousand_entries_are_measured() {
    let entries = ledger(10_000);
    let rules = [
        rule("has an account", |entry| !entry.account.is_empty()),
        rule("is no gift", |entry| entry.cents >= 0),
    ];
    let (violations, tally) = measure(|| audit(&entries, &rules, workers(4)));
    probes::figures::report("allocations", tally.allocations);
    assert_eq!(violations, [], "all 10,000 entries keep both rules");
}
