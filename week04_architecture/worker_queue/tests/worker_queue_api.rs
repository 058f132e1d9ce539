//! Stage 5: the queue over HTTP. No socket: the router is asked directly, with a clock that is set by hand.

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/api.rs"]
mod api;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/between.rs"]
mod between;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/crew.rs"]
mod crew;
#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/stores.rs"]
mod stores;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use api::{Dial, Door, act, draft, get, put, send};
use axum::Router;
use between::{Met, interrupted};
use crew::{Notes, Paused, crew, pass};
use serde_json::{Value, json};
use stores::{Folder, change, claim, fine};
use worker_queue::{
    Api, Change, Enqueued, Full, Intake, MemoryStore, Next, Refused, Store, Timestamp, Work,
};

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// One of each kind. The folder goes with the test.
fn intakes() -> [(&'static str, Arc<dyn Intake>, Option<Folder>); 2] {
    let folder = Folder::new();
    let sqlite = Arc::new(folder.open());
    [
        ("memory", Arc::new(MemoryStore::new()), None),
        ("SQLite", sqlite, Some(folder)),
    ]
}

fn routed(store: &Arc<dyn Intake>, clock: &Arc<Dial>, room: u64) -> Router {
    Api::new(Arc::clone(store), clock.clone())
        .room(room)
        .retry_after(Duration::from_millis(6_200))
        .router()
}

fn payloads(list: &Value) -> Vec<&str> {
    let jobs = list["jobs"].as_array().expect("a list of jobs");
    let payloads = jobs.iter().map(|job| job["payload"].as_str());
    payloads.map(Option::unwrap_or_default).collect()
}

#[tokio::test]
async fn what_is_accepted_is_kept_and_can_be_looked_at() {
    for (name, store, _folder) in intakes() {
        let clock = Dial::new();
        let router = routed(&store, &clock, 10);
        clock.set(5);
        let media = [("content-type", "application/json")];
        let reply = send(&router, "POST /jobs", &media, &draft("order 4711", 2)).await;
        let made = reply.expect(201, "the job is accepted");
        let expected = json!({
            "id": 1, "kind": "invoice", "payload": "order 4711", "created_ms": 5,
            "state": "ready", "at_ms": 5, "cause": null, "attempts": 0, "max_attempts": 2,
        });
        assert_eq!(made, expected, "{name}: what was accepted");
        assert_eq!(reply.header("location"), "/jobs/1", "{name}: where it is");
        let kept = stores::find(&*store, worker_queue::JobId::new(1));
        assert_eq!(kept.work().payload, "order 4711", "{name}: it is kept");
        assert_eq!(kept.created(), at(5), "{name}: since then");

        let (id, fence) = claim(&*store, 10).expect("it is ready");
        clock.set(20);
        let look = async |why: &str| get(&router, "/jobs/1").await.expect(200, why);
        let seen = look("it is there").await;
        assert_eq!(
            (&seen["state"], &seen["at_ms"], &seen["attempts"]),
            (&json!("leased"), &json!(10_010), &json!(1)),
            "{name}: claimed at 10 ms, for 10 s"
        );
        let fail = Change::Fail {
            fence,
            why: "no paper".to_owned(),
            next: Next::Again { at: at(1_000) },
        };
        change(&*store, id, &fail, 30).expect("its lease holds");
        let seen = look("it is there").await;
        assert_eq!(
            (&seen["state"], &seen["at_ms"]),
            (&json!("waiting"), &json!(1_000)),
            "{name}: until then"
        );
        clock.set(1_000);
        assert_eq!(look("it is there").await["state"], "ready", "{name}");
        claim(&*store, 1_000).expect("it is ready");
        clock.set(11_000);
        let seen = look("it is there").await;
        assert_eq!(
            (&seen["state"], &seen["at_ms"], &seen["cause"]),
            (&json!("dead"), &json!(11_000), &json!("silent")),
            "{name}: the lease of the second of two attempts is over, whether or not anybody has noticed"
        );
    }
}

#[tokio::test]
async fn who_has_not_heard_the_answer_asks_again() {
    let clock = Dial::new();
    let door = Door::new(Arc::new(MemoryStore::new()));
    let store: Arc<dyn Intake> = door.clone();
    let router = routed(&store, &clock, 10);
    door.lost.store(true, Ordering::SeqCst);
    let reply = put(&router, "order 4711", Some("key-1")).await;
    reply.problem(
        503,
        "/problems/store-away",
        "nobody knows whether it is kept",
    );
    door.lost.store(false, Ordering::SeqCst);
    let again = put(&router, "order 4711", Some("key-1")).await;
    let again = again.expect(
        200,
        "the same key and the same job: it is kept since the first time",
    );
    assert_eq!(again["id"], 1, "the job of the first time");
    let (id, fence) = claim(&*store, 0).expect("it is ready");
    change(&*store, id, &Change::Complete { fence }, 0).expect("its lease holds");
    let again = put(&router, "order 4711", Some("key-1")).await;
    let again = again.expect(200, "the third time");
    assert_eq!(
        (&again["id"], &again["state"]),
        (&json!(1), &json!("done")),
        "the same job, as it stands now"
    );
    let other = put(&router, "order 4712", Some("key-1")).await;
    other.problem(422, "/problems/key-reused", "another job with that key");
    let without = put(&router, "order 4711", None).await;
    let without = without.expect(201, "without a key nobody can know that it is the same");
    assert_eq!(without["id"], 2, "a job of its own");
}

#[tokio::test]
async fn what_is_not_kept_is_not_acknowledged() {
    let clock = Dial::new();
    let door = Door::new(Arc::new(MemoryStore::new()));
    let store: Arc<dyn Intake> = door.clone();
    let router = routed(&store, &clock, 10);
    door.away.store(true, Ordering::SeqCst);
    let mut replies = vec![put(&router, "order 4711", Some("key-1")).await];
    for path in ["/jobs/1", "/dead-letters"] {
        replies.push(get(&router, path).await);
    }
    for path in ["/jobs/1/cancel", "/jobs/1/revive"] {
        replies.push(act(&router, path).await);
    }
    for reply in replies {
        let why = "the store is away, and what it has not said is not so";
        reply.problem(503, "/problems/store-away", why);
        assert_eq!(
            reply.header("retry-after"),
            "7",
            "{}: 6.2 s, in whole seconds",
            reply.asked
        );
        assert!(
            !reply.text.contains("db-7"),
            "{}: where the store is, is for the log: {}",
            reply.asked,
            reply.text
        );
    }
    door.away.store(false, Ordering::SeqCst);
    // Whoever keeps jobs for later has the time for it here.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let census = fine("census", door.inner.census(at(0)));
    assert_eq!(
        census.ready, 0,
        "the client was told no, and will come again"
    );
}

#[tokio::test]
async fn a_full_queue_says_when_to_come_again() {
    for (name, store, _folder) in intakes() {
        let clock = Dial::new();
        let router = routed(&store, &clock, 2);
        put(&router, "a", Some("key-a"))
            .await
            .expect(201, "the first of two");
        put(&router, "b", None)
            .await
            .expect(201, "the second of two");
        let full = async |payload: &str, why: &str| {
            let reply = put(&router, payload, Some(payload)).await;
            reply.problem(503, "/problems/queue-full", &format!("{name}: {why}"));
            assert_eq!(
                reply.header("retry-after"),
                "7",
                "{name}: 6.2 s, in whole seconds"
            );
        };
        full("c", "two jobs are ready").await;
        let again = put(&router, "a", Some("key-a")).await;
        let again = again.expect(
            200,
            "this job has its place since it was accepted; who asks again needs no second one",
        );
        assert_eq!(again["id"], 1, "{name}: the first");
        let (first, fence) = claim(&*store, 0).expect("two are ready");
        full("c", "one is leased, and not done").await;
        change(&*store, first, &Change::Complete { fence }, 0).expect("its lease holds");
        let third = put(&router, "c", Some("c")).await;
        let third = third.expect(
            201,
            "one is done, so there is room, also for a key that was sent away",
        );
        assert_eq!(third["id"], 3, "{name}: no number was used up");
        full("d", "one of them was done, and another came").await;
        // The two attempts of `b` are used up in silence, and nobody claims after that.
        claim(&*store, 0).expect("b is ready");
        let (_, fence) = claim(&*store, 0).expect("c is ready");
        let third = worker_queue::JobId::new(3);
        change(&*store, third, &Change::GiveBack { fence }, 0).expect("its lease holds");
        let (second, _) = claim(&*store, 10_000).expect("two are ready");
        assert_eq!(third, second, "{name}: ready since 0 s, and b since 10 s");
        claim(&*store, 10_000).expect("b is ready");
        clock.set(19_999);
        full("d", "both are leased").await;
        clock.set(20_000);
        let fourth = put(&router, "d", Some("d")).await;
        fourth.expect(201, "b is dead since this moment, and takes no room");
    }
}

#[tokio::test]
async fn of_many_clients_so_many_get_in_as_there_is_room() {
    let clock = Dial::new();
    let door = Door::new(Arc::new(MemoryStore::new()));
    let store: Arc<dyn Intake> = door.clone();
    let router = routed(&store, &clock, 3);
    for name in ["a", "b"] {
        put(&router, name, None).await.expect(201, "there is room");
    }
    door.crowd.store(true, Ordering::SeqCst);
    let reply = put(&router, "c", None).await;
    door.crowd.store(false, Ordering::SeqCst);
    let open = fine("census", store.census(at(0))).ready;
    assert!(
        open <= 3,
        "there is room for 3, and {open} are in. Two were, then POST was answered {}; another client comes in after each look at \
         the store, so whoever looks and then enqueues has seen what was",
        reply.status
    );
}

#[test]
fn the_last_place_goes_to_one() {
    between::install();
    for place in 0.. {
        let folder = Folder::new();
        let (first, second) = (folder.open(), folder.open());
        let put = |store: &dyn Intake, name: &str| {
            let work = Work::new("invoice", name);
            fine("admit", store.admit(work, None, 1, at(0)))
        };
        let came = move || put(&second, "theirs");
        let (mine, met) = interrupted(&folder.file(), place, came, || put(&first, "mine"));
        let Met::Made { before, made } = met else {
            assert!(mine.is_ok(), "there is room for one, and one came");
            if let Met::Over = met {
                assert!(place > 0, "the call has no statement");
                return;
            }
            continue;
        };
        let open = fine("census", first.census(at(0))).ready;
        assert_eq!(
            (open, [mine, made].contains(&Err(Full))),
            (1, true),
            "there is room for one. Another process has put a job in before `{before}` of this call: {made:?}, and this call \
             got {mine:?}. How many are in, and whether one was sent away"
        );
    }
}

#[tokio::test]
async fn dead_letters_come_in_pages_and_go_back_in_line() {
    for (name, store, _folder) in intakes() {
        let clock = Dial::new();
        let router = routed(&store, &clock, 100);
        for number in 0..5 {
            let work = Work::new("invoice", format!("order {number}"));
            let put = fine("enqueue", store.enqueue(work, None, at(0)));
            assert!(matches!(put, Enqueued::New(_)), "{name}: {put:?}");
        }
        for _ in 0..4 {
            let (id, fence) = claim(&*store, 0).expect("five are ready");
            let never = Change::Fail {
                fence,
                why: "no such customer".to_owned(),
                next: Next::Never,
            };
            change(&*store, id, &never, 7).expect("its lease holds");
        }
        clock.set(10);
        let page = get(&router, "/dead-letters?limit=2").await;
        let page = page.expect(200, "four are dead");
        assert_eq!(
            payloads(&page),
            ["order 0", "order 1"],
            "{name}: two of four"
        );
        let job = &page["jobs"][0];
        assert_eq!(
            (
                &job["state"],
                &job["at_ms"],
                &job["cause"],
                &job["attempts"]
            ),
            (
                &json!("dead"),
                &json!(7),
                &json!("no such customer"),
                &json!(1)
            ),
            "{name}: what an operator has to know"
        );
        let next = page["next"].as_str().expect("there are more");
        let page = get(&router, next).await.expect(200, "the next page");
        assert_eq!(
            payloads(&page),
            ["order 2", "order 3"],
            "{name}: the other two"
        );
        assert_eq!(page["next"], Value::Null, "{name}: there are no more");
        let all = get(&router, "/dead-letters").await.expect(200, "all");
        assert_eq!(payloads(&all).len(), 4, "{name}: fewer than a page has");

        let revived = act(&router, "/jobs/2/revive").await;
        let revived = revived.expect(200, "it is dead");
        assert_eq!(
            (&revived["state"], &revived["at_ms"], &revived["attempts"]),
            (&json!("ready"), &json!(10), &json!(0)),
            "{name}: as good as new"
        );
        let again = act(&router, "/jobs/2/revive").await;
        again.problem(409, "/problems/not-dead", "it was revived");
        let nobody = act(&router, "/jobs/99/revive").await;
        nobody.problem(404, "/problems/no-such-job", "nobody has enqueued that");
        let left = get(&router, "/dead-letters").await.expect(200, "three");
        assert_eq!(payloads(&left), ["order 0", "order 2", "order 3"], "{name}");
    }
}

#[tokio::test]
async fn a_cancelled_job_is_over() {
    for (name, store, _folder) in intakes() {
        let clock = Dial::new();
        let router = routed(&store, &clock, 3);
        for payload in ["leased", "done", "ready"] {
            put(&router, payload, None)
                .await
                .expect(201, "there is room");
        }
        let (leased, lease) = claim(&*store, 0).expect("three are ready");
        let (done, fence) = claim(&*store, 0).expect("two are ready");
        change(&*store, done, &Change::Complete { fence }, 0).expect("its lease holds");
        clock.set(8);
        for path in ["/jobs/3/cancel", "/jobs/1/cancel"] {
            let cancelled = act(&router, path).await.expect(200, "it is not done");
            assert_eq!(
                (&cancelled["state"], &cancelled["at_ms"]),
                (&json!("cancelled"), &json!(8)),
                "{name}: {path}"
            );
        }
        clock.set(9);
        let again = act(&router, "/jobs/3/cancel").await;
        let again = again.expect(200, "who has not heard the answer asks again");
        assert_eq!(again["at_ms"], 8, "{name}: and it was cancelled then");
        let over = act(&router, "/jobs/2/cancel").await;
        over.problem(
            409,
            "/problems/over",
            "it is done, and can't be undone from here",
        );
        let revived = act(&router, "/jobs/3/revive").await;
        revived.problem(
            409,
            "/problems/not-dead",
            "it has not failed, it is not wanted",
        );
        assert_eq!(
            change(&*store, leased, &Change::Complete { fence: lease }, 9),
            Err(Refused::Gone),
            "{name}: its worker has no lease any more"
        );
        assert_eq!(
            claim(&*store, 60_000),
            None,
            "{name}: nobody gets them, at any time"
        );
        let letters = get(&router, "/dead-letters").await.expect(200, "none");
        assert_eq!(
            payloads(&letters),
            [""; 0],
            "{name}: an operator has nothing to do about a job that nobody wants"
        );
        let census = fine("census", store.census(at(60_000)));
        assert_eq!(
            (census.cancelled, census.done, census.dead),
            (2, 1, 0),
            "{name}: cancelled, done, dead"
        );
        put(&router, "new", None)
            .await
            .expect(201, "what is over takes no room");
        for _ in 0..2 {
            put(&router, "new", None).await.expect(201, "of three");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_worker_of_a_cancelled_job_stops() {
    let (clock, notes) = (Paused::new(), Notes::default());
    let store = Arc::new(MemoryStore::new());
    let router = Api::new(store.clone(), clock.clone()).router();
    put(&router, "endless", None)
        .await
        .expect(201, "there is room");
    put(&router, "next", None)
        .await
        .expect(201, "there is room");
    let workers = {
        let notes = notes.clone();
        crew(store.clone(), &clock).start(move |job| {
            let name = job.work().payload.clone();
            notes.add(format!("{name} begun"));
            let guard = notes.when_dropped(&name);
            async move {
                if name == "endless" {
                    std::future::pending::<()>().await;
                }
                drop(guard);
                Ok(())
            }
        })
    };
    pass(1_000).await;
    assert_eq!(notes.all(), ["endless begun"], "the one place has it");
    act(&router, "/jobs/1/cancel")
        .await
        .expect(200, "it is not done");
    pass(6_000).await;
    assert_eq!(
        notes.all(),
        ["endless begun", "endless gone", "next begun", "next gone"],
        "its lease is gone, which the worker hears at its next heartbeat, after 5 s at most; then the place takes the next job"
    );
    workers.drain(Duration::ZERO).await;
}

#[tokio::test]
async fn every_refusal_is_a_problem() {
    let clock = Dial::new();
    let store: Arc<dyn Intake> = Arc::new(MemoryStore::new());
    let router = routed(&store, &clock, 10);
    let json_media = ("content-type", "application/json");
    let long = "k".repeat(256);
    let refusals = [
        (
            "POST /jobs",
            vec![json_media],
            "{\"kind\": ",
            400,
            "/problems/not-json",
        ),
        (
            "POST /jobs",
            vec![json_media],
            "[]",
            422,
            "/problems/invalid-job",
        ),
        (
            "POST /jobs",
            vec![json_media],
            "{\"kind\": \"x\"}",
            422,
            "/problems/invalid-job",
        ),
        (
            "POST /jobs",
            vec![json_media],
            "{\"kind\": \"\", \"payload\": \"\"}",
            422,
            "/problems/invalid-job",
        ),
        (
            "POST /jobs",
            vec![json_media],
            "{\"kind\": \"x\", \"payload\": \"\", \"attempts\": 0}",
            422,
            "/problems/invalid-job",
        ),
        (
            "POST /jobs",
            vec![json_media],
            "{\"kind\": \"x\", \"payload\": \"\", \"attemps\": 3}",
            422,
            "/problems/invalid-job",
        ),
        (
            "POST /jobs",
            vec![json_media, ("idempotency-key", "")],
            "{\"kind\": \"x\", \"payload\": \"\"}",
            400,
            "/problems/invalid-key",
        ),
        (
            "POST /jobs",
            vec![json_media, ("idempotency-key", long.as_str())],
            "{\"kind\": \"x\", \"payload\": \"\"}",
            400,
            "/problems/invalid-key",
        ),
        ("GET /jobs/1", vec![], "", 404, "/problems/no-such-job"),
        ("GET /jobs/first", vec![], "", 404, "/problems/no-such-job"),
        (
            "POST /jobs/-1/cancel",
            vec![],
            "",
            404,
            "/problems/no-such-job",
        ),
        (
            "GET /dead-letters?limit=0",
            vec![],
            "",
            400,
            "/problems/invalid-query",
        ),
        (
            "GET /dead-letters?limit=101",
            vec![],
            "",
            400,
            "/problems/invalid-query",
        ),
        (
            "GET /dead-letters?after=x",
            vec![],
            "",
            400,
            "/problems/invalid-query",
        ),
        (
            "GET /dead-letters?page=2",
            vec![],
            "",
            400,
            "/problems/invalid-query",
        ),
        ("GET /nowhere", vec![], "", 404, "about:blank"),
        ("DELETE /jobs", vec![], "", 405, "about:blank"),
    ];
    for (request, headers, body, status, kind) in refusals {
        let reply = send(&router, request, &headers, body).await;
        reply.problem(status, kind, &format!("with the body {body:?}"));
    }
    let census = fine("census", store.census(at(0)));
    assert_eq!(census.ready, 0, "what is refused is not kept");
}

#[tokio::test]
async fn the_store_is_asked_on_threads_that_may_block() {
    let clock = Dial::new();
    let door = Door::new(Arc::new(MemoryStore::new()));
    let store: Arc<dyn Intake> = door.clone();
    let router = routed(&store, &clock, 10);
    put(&router, "a", None).await.expect(201, "there is room");
    get(&router, "/jobs/1").await.expect(200, "it is there");
    get(&router, "/dead-letters").await.expect(200, "none");
    act(&router, "/jobs/1/cancel")
        .await
        .expect(200, "it is ready");
    let here = thread::current().id();
    let threads = door.threads.lock().expect("nobody panics with it").clone();
    let on_the_runtimes: Vec<_> = threads
        .iter()
        .filter(|(_, thread)| **thread == here)
        .map(|(call, _)| call)
        .collect();
    assert_eq!(
        on_the_runtimes, [&""; 0],
        "these calls were made on the runtime's only thread, and each waits for the disk. Meanwhile nobody is served"
    );
    assert!(threads.len() >= 4, "and four calls were made: {threads:?}");
}
