//! Stage 5: the same promises at other values.

#[allow(dead_code, reason = "each test file uses its own part")]
mod api {
    include!("support/api.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod between {
    include!("support/between.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod stores {
    include!("support/stores.rs");
}

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use api::{Dial, Door, act, get, put, send};
use between::{Met, interrupted};
use serde_json::json;
use stores::{Folder, change, claim, enqueue, fine, state};
use worker_queue::{
    Api, Change, Fence, Intake, JobId, MemoryStore, Next, Refused, State, Store as _, Timestamp,
    Work,
};

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[test]
fn both_stores_tell_the_same_story_of_a_door() {
    for seed in 1..=4_u64 {
        let folder = Folder::new();
        let ours = story(seed, &MemoryStore::new());
        let theirs = story(seed, &folder.open());
        for (step, (left, right)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(left, right, "seed {seed}, step {step}: memory, then SQLite");
        }
    }
}

/// What was asked, and what was answered.
fn story(seed: u64, store: &dyn Intake) -> Vec<String> {
    let mut draw = seed;
    let mut below = move |bound: u64| {
        draw ^= draw << 13;
        draw ^= draw >> 7;
        draw ^= draw << 17;
        draw % bound
    };
    let mut told = Vec::new();
    let mut leases: Vec<(JobId, Fence)> = Vec::new();
    let mut now = 0;
    for _ in 0..60 {
        now += below(4_000);
        let pick = below(leases.len().max(1) as u64) as usize;
        let lease = leases.get(pick).copied();
        told.push(match (below(10), lease) {
            (0..=3, _) => {
                let key = format!("key-{}", below(8));
                let key = (below(2) == 0).then_some(&*key);
                let work = Work::new("invoice", format!("order {}", below(2)));
                let work = work.attempts(std::num::NonZeroU32::MIN);
                let put = store.admit(work, key, 3, at(now));
                format!("{key:?} at {now}: {:?}", fine("admit", put))
            }
            (4..=5, _) | (_, None) => {
                let job = claim(store, now);
                leases.extend(job);
                format!("claim at {now}: {job:?}")
            }
            (6, _) => format!("{:?}", fine("census", store.census(at(now)))),
            (kind, Some((id, fence))) => {
                let answer = match kind {
                    7 => Change::Complete { fence },
                    8 => Change::Revive,
                    _ => Change::Cancel,
                };
                let made = change(store, id, &answer, now).map(|job| job.state(at(now)));
                format!("{answer:?} of {id:?} at {now}: {made:?}")
            }
        });
    }
    told
}

#[test]
fn what_was_cancelled_is_cancelled_after_a_restart() {
    let folder = Folder::new();
    let store = folder.open();
    let id = enqueue(&store, Work::new("invoice", "a"), 0);
    let (_, fence) = claim(&store, 0).expect("it is ready");
    change(&store, id, &Change::Cancel, 5).expect("it is not done");
    drop(store);
    let store = folder.open();
    let cancelled = State::Cancelled { at: at(5) };
    assert_eq!(state(&store, id, 99), cancelled, "opened again");
    assert_eq!(fine("census", store.census(at(99))).cancelled, 1, "counted");
    for late in [
        Change::Extend {
            fence,
            length: Duration::from_secs(1),
        },
        Change::GiveBack { fence },
        Change::Fail {
            fence,
            why: "late".to_owned(),
            next: Next::Never,
        },
    ] {
        let refused = change(&store, id, &late, 6);
        assert_eq!(refused, Err(Refused::Gone), "{late:?}: it was cancelled");
    }
    let next = enqueue(&store, Work::new("invoice", "b"), 0);
    assert!(next > id, "numbers go on: {next:?} after {id:?}");
}

#[tokio::test]
async fn what_is_odd_is_refused() {
    let store: Arc<dyn Intake> = Arc::new(MemoryStore::new());
    let router = Api::new(Arc::clone(&store), Dial::new()).router();
    let body = |kind: &str, payload: &str| json!({"kind": kind, "payload": payload}).to_string();
    let good = body("invoice", "order");
    let two = [("idempotency-key", "a"), ("idempotency-key", "b")];
    let reply = send(&router, "POST /jobs", &two, &good).await;
    reply.problem(400, "/problems/invalid-key", "two keys");
    for (body, status, kind) in [
        (body(&"k".repeat(101), ""), 422, "/problems/invalid-job"),
        (
            "{\"kind\": 1, \"payload\": \"\"}".to_owned(),
            422,
            "/problems/invalid-job",
        ),
        (
            "[\"invoice\", \"order\", 3]".to_owned(),
            422,
            "/problems/invalid-job",
        ),
        (format!("{good} {good}"), 400, "/problems/not-json"),
        (String::new(), 400, "/problems/not-json"),
        (body("invoice", &"p".repeat(70_000)), 413, "about:blank"),
    ] {
        let reply = send(&router, "POST /jobs", &[], &body).await;
        let begin: String = body.chars().take(40).collect();
        reply.problem(status, kind, &format!("with a body that begins {begin:?}"));
    }
    for query in ["after=1&after=2", "limit=", "limit=1&sort=id", "limit"] {
        let reply = get(&router, &format!("/dead-letters?{query}")).await;
        reply.problem(400, "/problems/invalid-query", "odd");
    }
    let reply = act(&router, "/jobs/18446744073709551616/revive").await;
    reply.problem(404, "/problems/no-such-job", "2^64 is no number of a job");
    let census = fine("census", store.census(at(0)));
    assert_eq!(census.ready, 0, "what is refused is not kept");
    let kind = "k".repeat(100);
    let reply = send(
        &router,
        "POST /jobs",
        &[],
        &body(&kind, &"p".repeat(60_000)),
    )
    .await;
    let made = reply.expect(201, "within the limits");
    assert_eq!(made["max_attempts"], 5, "as `Work::new` has it");
}

#[test]
fn a_change_is_one_step_too() {
    between::install();
    for place in 0.. {
        let folder = Folder::new();
        let (first, second) = (folder.open(), folder.open());
        let id = enqueue(&first, Work::new("invoice", "a"), 0);
        let (_, fence) = claim(&first, 0).expect("it is ready");
        let came = move || change(&second, id, &Change::Cancel, 1).map(|_| ());
        let complete = || change(&first, id, &Change::Complete { fence }, 1);
        let (mine, met) = interrupted(&folder.file(), place, came, complete);
        match met {
            Met::Over => {
                assert!(place > 0, "the call has no statement");
                return;
            }
            Met::Locked => assert!(mine.is_ok(), "nobody could come in between: {mine:?}"),
            Met::Made { before, made } => assert!(
                [mine.is_ok(), made.is_ok()]
                    .iter()
                    .filter(|ok| **ok)
                    .count()
                    == 1,
                "cancelled before `{before}` of its completion: one of the two is too late. Completed: {mine:?}, cancelled: {made:?}"
            ),
        }
    }
}

#[tokio::test]
async fn who_comes_later_is_told_in_whole_seconds() {
    for (pause, told) in [
        (0, "1"),
        (1, "1"),
        (1_000, "1"),
        (1_001, "2"),
        (30_000, "30"),
    ] {
        let door = Door::new(Arc::new(MemoryStore::new()));
        let api = Api::new(door.clone(), Dial::new());
        let router = api
            .room(0)
            .retry_after(Duration::from_millis(pause))
            .router();
        let full = put(&router, "a", None).await;
        full.problem(503, "/problems/queue-full", "there is no room at all");
        door.away.store(true, Ordering::SeqCst);
        let away = get(&router, "/jobs/1").await;
        away.problem(503, "/problems/store-away", "the store is away");
        for reply in [full, away] {
            let when = reply.header("retry-after");
            assert_eq!(when, told, "{}: a pause of {pause} ms", reply.asked);
        }
    }
}
