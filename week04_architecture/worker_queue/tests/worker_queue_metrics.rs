//! Stage 6: figures that add up, of one moment, and after a restart.

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/api.rs"]
mod api;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/between.rs"]
mod between;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/figures.rs"]
mod figures;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/stores.rs"]
mod stores;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use api::{Dial, act, get};
use between::{Met, interrupted};
use figures::{figures, read};
use stores::{Folder, change, claim, enqueue};
use worker_queue::{
    Census, Change, Enqueued, Fence, Figures, Job, JobId, MemoryStore, Metered, Next, Refused,
    Store, StoreError, Timestamp, Work, metrics,
};

/// One of each kind. The folder goes with the test.
fn metered() -> [(&'static str, Arc<dyn Metered>, Option<Folder>); 2] {
    let folder = Folder::new();
    let sqlite = Arc::new(folder.open());
    [
        ("memory", Arc::new(MemoryStore::new()), None),
        ("SQLite", sqlite, Some(folder)),
    ]
}

fn put(store: &dyn Store, attempts: u32, now: u64) -> JobId {
    let attempts = NonZeroU32::new(attempts).expect("a test's own number");
    enqueue(store, Work::new("invoice", "order").attempts(attempts), now)
}

/// Leases the next job for 10 s, and makes that change of it.
#[track_caller]
fn answer(store: &dyn Store, now: u64, then: u64, answer: impl FnOnce(Fence) -> Change) -> JobId {
    let (id, fence) = claim(store, now).expect("one is ready");
    change(store, id, &answer(fence), then).expect("its lease holds");
    id
}

fn fail(fence: Fence, next: Next) -> Change {
    let why = "no paper".to_owned();
    Change::Fail { fence, why, next }
}

fn again(fence: Fence) -> Change {
    let at = Timestamp::from_millis(0);
    fail(fence, Next::Again { at })
}

fn complete(fence: Fence) -> Change {
    Change::Complete { fence }
}

#[test]
fn every_attempt_ends_in_one_way() {
    for (name, store, _folder) in metered() {
        let store = &*store;
        let scrape = figures(store, 0);
        assert_eq!(
            scrape.outcomes(),
            [0.0; 5],
            "{name}: each is there, before it happens"
        );
        scrape.balanced(name);
        for _ in 0..5 {
            put(store, 2, 0);
        }
        answer(store, 0, 1, complete);
        answer(store, 0, 1, |fence| fail(fence, Next::Never));
        answer(store, 0, 1, again);
        answer(store, 1, 2, |fence| Change::GiveBack { fence });
        let (held, _) = claim(store, 2).expect("the fifth is ready");
        let scrape = figures(store, 2);
        assert_eq!(
            scrape.outcomes(),
            [1.0, 2.0, 0.0, 1.0, 0.0],
            "{name}: completed, failed (for good, and not), expired, returned, cancelled"
        );
        assert_eq!(scrape.jobs("leased"), 1.0, "{name}: one has not ended");
        scrape.balanced(name);
        let extend = |fence| Change::Extend {
            fence,
            length: Duration::from_secs(20),
        };
        answer(store, 2, 3, extend);
        change(store, held, &Change::Cancel, 3).expect("it is not done");
        let scrape = figures(store, 3);
        assert_eq!(
            scrape.outcomes(),
            [1.0, 2.0, 0.0, 1.0, 1.0],
            "{name}: one was cancelled while a worker had it, and an extension ends nothing"
        );
        scrape.balanced(name);
        let waiting = put(store, 1, 3);
        change(store, waiting, &Change::Cancel, 3).expect("it is not done");
        let scrape = figures(store, 3);
        assert_eq!(
            (scrape.ended("cancelled"), scrape.jobs("cancelled")),
            (1.0, 2.0),
            "{name}: nobody had this one, so no attempt has ended; of the jobs two are cancelled"
        );
        scrape.balanced(name);
    }
}

#[test]
fn a_lease_that_is_over_counts_from_that_moment_on() {
    for (name, store, _folder) in metered() {
        let store = &*store;
        let twice = put(store, 2, 0);
        let once = put(store, 1, 0);
        let revived = put(store, 1, 0);
        for _ in 0..3 {
            claim(store, 0).expect("three are ready");
        }
        for (now, over) in [(9_999, 0.0), (10_000, 3.0), (12_000, 3.0)] {
            let scrape = figures(store, now);
            assert_eq!(
                scrape.ended("expired"),
                over,
                "{name}: three leases end at 10 s, and nobody has looked since. An operator looks here because nobody works there"
            );
            scrape.balanced(name);
        }
        change(store, revived, &Change::Revive, 12_000).expect("its only attempt is over");
        let (next, _) = claim(store, 12_000).expect("two are ready");
        assert_eq!(next, twice, "{name}: ready since 10 s");
        change(store, once, &Change::Cancel, 12_000).expect("it is dead, and not done");
        for now in [12_000, 13_000] {
            let scrape = figures(store, now);
            assert_eq!(
                scrape.ended("expired"),
                3.0,
                "{name}: one of the three was claimed, one revived and one cancelled, and each has expired once"
            );
            scrape.balanced(name);
        }
    }
}

#[test]
fn what_is_said_twice_counts_once() {
    for (name, store, _folder) in metered() {
        let store = &*store;
        put(store, 3, 0);
        let (id, fence) = claim(store, 0).expect("it is ready");
        for now in [500, 700] {
            let done = change(store, id, &Change::Complete { fence }, now);
            done.expect("a completion may be repeated");
        }
        let late = change(store, id, &again(fence), 800);
        assert_eq!(late, Err(Refused::Gone), "{name}: it is done");
        let scrape = figures(store, 1_000);
        assert_eq!(
            (scrape.outcomes(), scrape.bucket("+Inf")),
            ([1.0, 0.0, 0.0, 0.0, 0.0], 1.0),
            "{name}: one attempt, completed, although its worker has said so twice"
        );
        scrape.balanced(name);
    }
}

#[test]
fn the_oldest_is_as_old_as_it_has_been_ready() {
    const OLDEST: &str = "worker_queue_oldest_ready_seconds";
    for (name, store, _folder) in metered() {
        let store = &*store;
        assert_eq!(
            figures(store, 5_000).value(OLDEST),
            0.0,
            "{name}: nothing is ready"
        );
        put(store, 3, 0);
        put(store, 3, 2_000);
        assert_eq!(
            figures(store, 5_500).value(OLDEST),
            5.5,
            "{name}: the first"
        );
        let at = Timestamp::from_millis(60_000);
        answer(store, 5_500, 5_500, |fence| fail(fence, Next::Again { at }));
        assert_eq!(
            figures(store, 5_500).value(OLDEST),
            3.5,
            "{name}: the first waits for a minute, so the second is the oldest that is"
        );
        answer(store, 5_500, 5_500, complete);
        assert_eq!(
            figures(store, 60_000).value(OLDEST),
            0.0,
            "{name}: since now"
        );
        let scrape = figures(store, 61_250);
        assert_eq!(
            (
                scrape.value(OLDEST),
                scrape.jobs("ready"),
                scrape.jobs("done")
            ),
            (1.25, 1.0, 1.0),
            "{name}: it has existed for a minute, and somebody could have had it for 1.25 s"
        );
    }
}

#[test]
fn how_long_jobs_take_is_a_histogram() {
    const BOUNDS: [&str; 7] = ["0.1", "1", "10", "60", "600", "3600", "+Inf"];
    for (name, store, _folder) in metered() {
        let store = &*store;
        // Done so long after they were accepted.
        for took in [0, 100, 101, 1_000, 9_000, 60_000, 60_001, 4_000_000] {
            put(store, 9, 1_000);
            answer(store, 1_000, 1_000, again);
            answer(store, 1_000 + took, 1_000 + took, complete);
        }
        let scrape = figures(store, 9_000_000);
        assert_eq!(
            BOUNDS.map(|bound| scrape.bucket(bound)),
            [2.0, 4.0, 5.0, 6.0, 7.0, 7.0, 8.0],
            "{name}: after 0, 0.1, 0.101, 1, 9, 60, 60.001 and 4000 s. A bucket has all jobs that took at most its `le`, also those of \
             the buckets before it"
        );
        let end = |end: &str| scrape.value(&format!("worker_queue_latency_seconds_{end}"));
        assert!(
            end("count") == 8.0 && (end("sum") - 4130.202).abs() < 1e-6,
            "{name}: all of them, and the sum of what they took, from when they were accepted and not from the last attempt: {} and {}, and not \
             8 and 4130.202",
            end("count"),
            end("sum")
        );
    }
}

#[test]
fn a_restart_loses_no_count() {
    let folder = Folder::new();
    let store = folder.open();
    for _ in 0..4 {
        put(&store, 2, 0);
    }
    answer(&store, 0, 300, complete);
    answer(&store, 0, 1, again);
    let other = folder.open();
    answer(&other, 0, 1, |fence| Change::GiveBack { fence });
    claim(&other, 0).expect("the fourth is ready");
    drop(store);
    for (who, store) in [
        ("another process", other),
        ("the next process", folder.open()),
    ] {
        let scrape = figures(&store, 20_000);
        assert_eq!(
            (scrape.outcomes(), scrape.bucket("1")),
            ([1.0, 1.0, 1.0, 1.0, 0.0], 1.0),
            "{who} tells what all have done since the file was made: a counter that begins anew is a restart for who reads it, and \
             one for each process is none for the queue"
        );
        scrape.balanced(who);
    }
}

#[test]
fn all_figures_are_of_one_moment() {
    between::install();
    for place in 0.. {
        let folder = Folder::new();
        let (first, second) = (folder.open(), folder.open());
        put(&first, 2, 0);
        put(&first, 2, 0);
        let (id, fence) = claim(&first, 0).expect("two are ready");
        // Whether it could is its own affair: a store may well let nobody write meanwhile.
        let came = move || {
            let done = second.change(id, &complete(fence), Timestamp::from_millis(1));
            done.is_ok()
        };
        let look = || figures(&first, 2);
        let (scrape, met) = interrupted(&folder.file(), place, came, look);
        match met {
            Met::Over => {
                assert!(place > 0, "the call has no statement");
                return;
            }
            Met::Locked => scrape.balanced("nobody could come in between"),
            Met::Made { before, .. } => scrape.balanced(&format!(
                "a job was completed before `{before}` of the call"
            )),
        }
    }
}

#[tokio::test]
async fn prometheus_can_read_it() {
    let store = Arc::new(MemoryStore::new());
    let clock = Dial::new();
    let router = metrics(store.clone(), clock.clone());
    put(&*store, 2, 0);
    put(&*store, 2, 0);
    clock.set(1_500);
    answer(&*store, 1_500, 1_500, complete);
    let reply = get(&router, "/metrics").await;
    assert_eq!(
        (reply.status, reply.header("content-type")),
        (200, "text/plain; version=0.0.4; charset=utf-8"),
        "the text format of Prometheus"
    );
    let scrape = read(&reply.text);
    for (family, kind) in [
        ("worker_queue_jobs", "gauge"),
        ("worker_queue_oldest_ready_seconds", "gauge"),
        ("worker_queue_leases_total", "counter"),
        ("worker_queue_attempts_total", "counter"),
        ("worker_queue_latency_seconds", "histogram"),
    ] {
        assert_eq!(scrape.kind(family), kind, "{family}");
    }
    assert_eq!(
        ["ready", "waiting", "leased", "done", "dead", "cancelled"].map(|state| scrape.jobs(state)),
        [1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
        "every state is there, also with no job"
    );
    assert_eq!(
        (
            scrape.value("worker_queue_oldest_ready_seconds"),
            scrape.bucket("10")
        ),
        (1.5, 1.0),
        "by the clock that it was given"
    );
    assert!(
        !reply.text.contains("invoice") && !reply.text.contains("order"),
        "what a client has chosen is no label: it may choose another for each job"
    );
    let posted = act(&router, "/metrics").await;
    assert_eq!(posted.status, 405, "there is nothing to change here");
}

/// A store that can't be reached.
struct Away;

fn away<T>() -> Result<T, StoreError> {
    Err(StoreError::new(
        "reach the store",
        "no route to db-7.internal",
    ))
}

impl Metered for Away {
    fn figures(&self, _: Timestamp) -> Result<Figures, StoreError> {
        away()
    }
}

impl Store for Away {
    fn enqueue(&self, _: Work, _: Option<&str>, _: Timestamp) -> Result<Enqueued, StoreError> {
        away()
    }

    fn claim(&self, _: Timestamp, _: Duration) -> Result<Option<Job>, StoreError> {
        away()
    }

    fn change(
        &self,
        _: JobId,
        _: &Change,
        _: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError> {
        away()
    }

    fn find(&self, _: JobId) -> Result<Option<Job>, StoreError> {
        away()
    }

    fn dead(&self, _: Timestamp, _: Option<JobId>, _: usize) -> Result<Vec<Job>, StoreError> {
        away()
    }

    fn census(&self, _: Timestamp) -> Result<Census, StoreError> {
        away()
    }
}

#[tokio::test]
async fn a_store_that_is_away_has_no_figures() {
    let router = metrics(Arc::new(Away), Dial::new());
    let reply = get(&router, "/metrics").await;
    let why = "a scrape that fails is seen; noughts look like a queue where nothing is to be done";
    reply.problem(503, "/problems/store-away", why);
    assert!(
        !reply.text.contains("db-7"),
        "where the store is, is for the log: {}",
        reply.text
    );
}
