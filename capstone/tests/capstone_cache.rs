//! What copies promise: that nobody sees by them what is no longer so, and that nobody waits for them.

#[path = "support/cache.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod cache;
#[path = "support/repository.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod repository;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use capstone::Config;
use capstone::adapters::{MemoryCache, MemoryTasks, RedisCache};
use capstone::cache::{CacheSettings, Cached};
use capstone::config::{Cache, Secret};
use capstone::domain::{Draft, Step, Task, TaskId, Timestamp, UserId};
use capstone::ports::{
    CacheStore, Clock, Inserted, Lease, Looked, Once, Pending, StoreError, TaskRepository, Written,
};
use capstone::tasks::{Change, Tasks};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use repository::{ADA, BOB, NOON, Store, at, found, stored, title, user};
use support::{Process, exchange, field, within};

const TTL: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_millis(50);

// ── the contract, with copies ──────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn with_copies_a_store_keeps_its_contract() {
    let store = || World::new().store;
    repository::numbers_only_rise(store()).await;
    repository::what_was_stored_is_found(store()).await;
    repository::owners_have_their_own(store()).await;
    repository::lists_are_in_order(store()).await;
    repository::only_the_expected_version_is_replaced(store()).await;
    repository::a_key_stores_once(store()).await;
    repository::a_key_stores_once_at_the_same_time(store()).await;
}

// ── how old ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn a_copy_is_used_for_less_than_its_time() {
    let world = World::new();
    let task = stored(&world.store, ADA, "rent").await;
    // The repository takes 400 ms; what it says may be as old as the question.
    world.repository.takes.store(400, Ordering::SeqCst);
    assert_eq!(found(&world.store, ADA, &task).await, Some(task.clone()));
    world.repository.takes.store(0, Ordering::SeqCst);
    for (after, finds) in [
        (400, 1),
        (15_000, 1),
        (29_999, 1),
        (30_000, 2),
        (59_999, 2),
        (60_000, 3),
    ] {
        world.clock.0.store(NOON + after, Ordering::SeqCst);
        assert_eq!(found(&world.store, ADA, &task).await, Some(task.clone()));
        assert_eq!(
            world.repository.finds(),
            finds,
            "after {after} ms, with copies of 30 s: so often the repository was asked. The first time it was asked at 0 \
             and has answered at 400, and a copy is no younger for being read"
        );
    }
    world.clock.0.store(NOON - 3_600_000, Ordering::SeqCst);
    found(&world.store, ADA, &task).await;
    assert_eq!(
        world.repository.finds(),
        4,
        "the clock was set back by an hour: a copy from the future has an age that nobody knows"
    );
    assert_eq!(
        (world.repository.lists(), world.cache.places()),
        (0, 1),
        "one task was asked for"
    );
}

#[tokio::test]
async fn what_is_not_there_and_what_went_wrong_are_not_kept() {
    let world = World::new();
    let id = TaskId::new(1);
    for _ in 0..2 {
        let missing = world.store.find(user(ADA), id).await;
        assert_eq!(missing.expect("it works"), None);
    }
    let task = stored(&world.store, ADA, "rent").await;
    assert_eq!(task.facts().id, id);
    assert_eq!(
        found(&world.store, ADA, &task).await,
        Some(task.clone()),
        "it was asked for before it was there, and now it is there"
    );
    let other = stored(&world.store, ADA, "water").await;
    world.repository.broken.store(true, Ordering::SeqCst);
    let failed = world.store.find(user(ADA), other.facts().id).await;
    let error = failed.expect_err("the repository fails");
    assert!(
        capstone::telemetry::chain(&error).contains("the disk is full"),
        "the cause is in the error: {}",
        capstone::telemetry::chain(&error)
    );
    assert_eq!(
        found(&world.store, ADA, &task).await,
        Some(task),
        "a copy helps meanwhile"
    );
    world.repository.broken.store(false, Ordering::SeqCst);
    assert_eq!(found(&world.store, ADA, &other).await, Some(other));
}

// ── at the same time ───────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn a_hundred_at_once_ask_once_and_whoever_leaves_harms_nobody() {
    let world = World::new();
    let task = stored(&world.store, ADA, "rent").await;
    let other = stored(&world.store, ADA, "water").await;
    for fails in [false, true] {
        world.repository.broken.store(fails, Ordering::SeqCst);
        world.clock.0.fetch_add(60_000, Ordering::SeqCst);
        let before = world.repository.finds();
        world.repository.hold_finds();
        let asking: Vec<_> = (0..100)
            .map(|_| {
                let (store, id) = (Arc::clone(&world.store), task.facts().id);
                tokio::spawn(async move { store.find(user(ADA), id).await })
            })
            .collect();
        settle().await;
        // The first one has begun the load, and hangs up.
        asking[0].abort();
        settle().await;
        assert_eq!(
            world.repository.finds() - before,
            1,
            "a hundred ask for one task at the same time, and the repository is asked once"
        );
        let (store, id) = (Arc::clone(&world.store), other.facts().id);
        let aside = tokio::spawn(async move { store.find(user(ADA), id).await });
        settle().await;
        assert_eq!(
            world.repository.finds() - before,
            2,
            "who asks for another task does not wait for the first"
        );
        world.repository.let_go();
        for asking in asking.into_iter().skip(1) {
            let answer = within("an answer", asking).await.expect("no panic");
            match answer {
                Ok(found) => assert_eq!(
                    (found.as_ref(), fails),
                    (Some(&task), false),
                    "whoever came first has left, and the others have their answer all the same"
                ),
                Err(error) => assert!(
                    fails && capstone::telemetry::chain(&error).contains("the disk is full"),
                    "all who have waited get the same answer: {}",
                    capstone::telemetry::chain(&error)
                ),
            }
        }
        let _ = within("an answer", aside).await.expect("no panic");
    }
    world.repository.broken.store(false, Ordering::SeqCst);
    assert_eq!(
        found(&world.store, ADA, &task).await,
        Some(task),
        "a failure is over"
    );
}

// ── changes ────────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn a_slow_reader_does_not_bring_back_what_was_replaced() {
    for deletes in [false, true] {
        let world = World::new();
        let task = stored(&world.store, ADA, "rent").await;
        let id = task.facts().id;
        world.repository.hold_finds();
        let slow = {
            let store = Arc::clone(&world.store);
            tokio::spawn(async move { store.find(user(ADA), id).await })
        };
        settle().await;
        assert_eq!(
            world.repository.finds(),
            1,
            "it has read, and is slow to answer"
        );

        let changed = started(&task);
        let written = match deletes {
            false => world.store.update(changed.clone(), 1).await,
            true => world.store.delete(user(ADA), id, 1).await,
        };
        assert_eq!(written.expect("it works"), Written::Done);
        let expected = (!deletes).then_some(changed);
        let meanwhile = {
            let store = Arc::clone(&world.store);
            tokio::spawn(async move { store.find(user(ADA), id).await })
        };
        settle().await;
        world.repository.let_go();
        let meanwhile = within("an answer", meanwhile).await.expect("no panic");
        assert_eq!(
            meanwhile.expect("it works"),
            expected,
            "who asks after the change must not be given the answer of a question from before it"
        );
        let slow = within("an answer", slow).await.expect("no panic");
        assert_eq!(
            slow.expect("it works"),
            Some(task.clone()),
            "who asked before it may see what was before"
        );
        settle().await;
        for _ in 0..2 {
            assert_eq!(
                found(&world.store, ADA, &task).await,
                expected,
                "the slow reader has come to its end, and has put what it had read into the cache: there it stays for \
                 a whole time to live, after the change"
            );
        }
    }
}

#[tokio::test]
async fn a_change_that_nobody_waits_for_is_seen_when_it_arrives() {
    let world = World::new();
    let task = stored(&world.store, ADA, "rent").await;
    let changed = started(&task);
    world.repository.hold_changes();
    {
        let mut update = pin!(world.store.update(changed.clone(), 1));
        for _ in 0..5 {
            let done = future::poll_fn(|cx| Poll::Ready(update.as_mut().poll(cx).is_ready())).await;
            assert!(!done, "the database has the change, and takes its time");
            settle().await;
        }
        // Its client hangs up.
    }
    assert_eq!(
        found(&world.store, ADA, &task).await,
        Some(task.clone()),
        "it has not arrived yet"
    );
    world.repository.let_go();
    settle().await;
    assert_eq!(
        found(&world.store, ADA, &task).await,
        Some(changed),
        "the client has gone, its handler was dropped, and the change has arrived in the database all the same. Whoever \
         drops the copy in the handler has dropped it too early, or not at all"
    );
}

#[tokio::test]
async fn whoever_was_overtaken_looks_again() {
    let world = World::new();
    let task = stored(&world.store, ADA, "rent").await;
    let id = task.facts().id;
    assert_eq!(found(&world.store, ADA, &task).await, Some(task.clone()));
    // Another service, with the same database and no idea of our copies.
    let elsewhere = started(&task);
    let written = world.repository.inner.update(elsewhere.clone(), 1).await;
    assert_eq!(written.expect("it works"), Written::Done);
    let tasks = Tasks::new(Arc::clone(&world.store), world.clock.clone());
    let rename = Change {
        title: Some(title("the rent")),
        ..Change::default()
    };
    match tasks.change(user(ADA), id, rename, None).await {
        Err(error) => panic!(
            "the copy is out of date, so the first attempt is overtaken. For the second one what is stored has to be read, and \
             not the copy again: {error}"
        ),
        Ok(task) => assert_eq!(task.facts().version, 3),
    }
}

#[tokio::test]
async fn after_a_change_that_failed_nothing_is_taken_for_known() {
    let world = World::new();
    let task = stored(&world.store, ADA, "rent").await;
    assert_eq!(found(&world.store, ADA, &task).await, Some(task.clone()));
    // It is written, and the answer is lost.
    world.repository.loses_answers.store(true, Ordering::SeqCst);
    let changed = started(&task);
    let written = world.store.update(changed.clone(), 1).await;
    assert!(written.is_err(), "the connection has broken: {written:?}");
    world
        .repository
        .loses_answers
        .store(false, Ordering::SeqCst);
    assert_eq!(
        found(&world.store, ADA, &task).await,
        Some(changed),
        "an error does not say that nothing has happened"
    );
}

// ── a cache that can't be relied on ────────────────────────────────────────────────────────────────

#[tokio::test]
async fn nothing_strange_is_believed() {
    let world = World::new();
    let ada = stored(&world.store, ADA, "Ada's").await;
    let bob = stored(&world.store, BOB, "Bob's").await;
    // Whatever is asked for, it has the same answer.
    let store = world.with(Arc::new(OneForAll::default()));
    assert_eq!(found(&store, ADA, &ada).await, Some(ada.clone()));
    assert_eq!(
        found(&store, BOB, &bob).await,
        Some(bob.clone()),
        "the cache has a copy of Ada's task in this place, and Bob must never see it"
    );
    for garbage in ["", "{}", "null", "{\"title\": \"rent\"}", "\u{0}\u{1}"] {
        let junk = OneForAll::default();
        *junk.value.lock().expect("no panic") = Some(garbage.as_bytes().to_vec());
        let store = world.with(Arc::new(junk));
        assert_eq!(
            found(&store, ADA, &ada).await,
            Some(ada.clone()),
            "the cache says {garbage:?}, as one might after a release that had another form"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_cache_that_is_away_makes_it_slower_and_no_more() {
    let world = World::new();
    let task = stored(&world.store, ADA, "rent").await;
    for (what, mood) in [("fails", Mood::Fails), ("never answers", Mood::Hangs)] {
        let flaky = Arc::new(Flaky::default());
        flaky.set(mood);
        let store = world.with(flaky);
        let begun = Instant::now();
        let read = found(&store, ADA, &task).await;
        let took = begun.elapsed();
        assert_eq!(read, Some(task.clone()), "the cache {what}");
        assert!(
            took <= 2 * PATIENCE,
            "the cache {what}: a read waits {PATIENCE:?} for it at most, or twice that, and not {took:?}"
        );
        let begun = Instant::now();
        let written = store.update(task.clone(), 4711).await;
        let took = begun.elapsed();
        assert_eq!(
            written.expect("it works"),
            Written::Stale,
            "the cache {what}"
        );
        assert!(
            took <= 2 * PATIENCE,
            "a change that waits {took:?} for the cache"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_could_not_be_removed_is_not_used() {
    for mood in [Mood::Fails, Mood::Hangs] {
        let world = World::new();
        let flaky = Arc::new(Flaky::default());
        let store = world.with(flaky.clone());
        let task = stored(&store, ADA, "rent").await;
        assert_eq!(found(&store, ADA, &task).await, Some(task.clone()));
        flaky.set(mood);
        let changed = started(&task);
        let written = store.update(changed.clone(), 1).await;
        assert_eq!(
            written.expect("the cache is no reason to fail"),
            Written::Done
        );
        flaky.set(Mood::Works);
        for after in [0, 10_000, 29_999] {
            world.clock.0.store(NOON + after, Ordering::SeqCst);
            assert_eq!(
                found(&store, ADA, &task).await,
                Some(changed.clone()),
                "{after} ms after a change at which the cache was away. Now it is back, and still has the copy of before"
            );
        }
        let before = world.repository.finds();
        for after in [31_000, 31_001, 31_002] {
            world.clock.0.store(NOON + after, Ordering::SeqCst);
            assert_eq!(found(&store, ADA, &task).await, Some(changed.clone()));
        }
        assert_eq!(
            world.repository.finds() - before,
            1,
            "by now each copy from before has had its time, and the cache is used again"
        );
    }
}

// ── places for copies ──────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn in_memory_copies_keep_the_contract_and_a_bound() {
    cache::keep_the_contract(&MemoryCache::new(100), "test").await;
    let small = MemoryCache::new(3);
    for number in 0..50 {
        let key = format!("key {number}");
        let lease = cache::lease(&small, &key).await;
        cache::fill(&small, &key, lease, b"x").await;
        assert!(
            small.places() <= 3,
            "three places; after {number} keys it has {}",
            small.places()
        );
        assert_eq!(
            cache::look(&small, &key).await,
            Looked::Copy(b"x".to_vec()),
            "the last one is there"
        );
        cache::look(&small, "key 0").await;
    }
    for number in 0..50 {
        cache::lease(&small, &format!("nobody fills {number}")).await;
    }
    assert!(small.places() <= 3, "leases take places as well");
}

#[tokio::test]
async fn in_redis_copies_keep_the_contract() {
    let url = std::env::var("REDIS_URL").unwrap_or_default();
    if url.is_empty() {
        eprintln!(
            "NOT RUN: the contract of copies, held against Redis. REDIS_URL names no server, so this test has checked \
             nothing. Set it, as in redis://127.0.0.1:6379, and run it again."
        );
        return;
    }
    let open = || RedisCache::new(&url).unwrap_or_else(|| panic!("REDIS_URL is no URL of Redis"));
    let (redis, other) = (open(), open());
    let prefix = format!("capstone-test:{}", std::process::id());
    cache::keep_the_contract(&redis, &prefix).await;

    let shared = format!("{prefix}:shared");
    let ours = cache::lease(&redis, &shared).await;
    assert_eq!(
        cache::look(&other, &shared).await,
        Looked::Taken,
        "another process looks while ours is about to fill it"
    );
    cache::remove(&other, &shared).await;
    cache::fill(&redis, &shared, ours, b"old").await;
    let theirs = cache::lease(&other, &shared).await;
    cache::fill(&other, &shared, theirs, b"new").await;
    assert_eq!(
        cache::look(&redis, &shared).await,
        Looked::Copy(b"new".to_vec()),
        "the other one has changed the task, and what we had read before is not put there"
    );
    for name in [
        "bytes",
        "empty",
        "line",
        "contested",
        "one",
        "other",
        "shared",
    ] {
        cache::remove(&redis, &format!("{prefix}:{name}")).await;
    }
}

#[tokio::test]
async fn what_is_no_redis_is_an_error_and_soon() {
    for (what, answer) in [
        ("closes the connection", None),
        (
            "talks of something else",
            Some("HTTP/1.1 400 Bad Request\r\n\r\n"),
        ),
        (
            "refuses",
            Some("-LOADING Redis is loading the dataset in memory\r\n"),
        ),
        (
            "announces a value of a terabyte",
            Some("$1099511627776\r\n"),
        ),
        ("breaks off", Some("$100\r\nhalf")),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it has one");
        let server = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                if let Some(answer) = answer {
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            }
        });
        let redis = open(&format!("redis://{address}"));
        let looked = within("an answer", redis.look("key")).await;
        assert!(looked.is_err(), "a server that {what}: {looked:?}");
        server.abort();
    }
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = nobody.local_addr().expect("it has one");
    drop(nobody);
    let redis = open(&format!("redis://:s3cr3t-pass@{address}/2"));
    let looked = within("an answer", redis.look("key")).await;
    let error = looked.expect_err("nobody listens");
    let text = format!("{} {error:?} {redis:?}", capstone::telemetry::chain(&error));
    assert!(
        !text.contains("s3cr3t"),
        "the password is in no text: {text}"
    );
}

#[tokio::test]
async fn an_answer_that_nobody_waited_for_is_nobody_elses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it has one");
    let late = Arc::new(Semaphore::new(0));
    let gate = Arc::clone(&late);
    let server = tokio::spawn(async move {
        let mut first = true;
        while let Ok((mut stream, _)) = listener.accept().await {
            let gate = Arc::clone(&gate);
            let is_late = std::mem::take(&mut first);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(1..) = stream.read(&mut buffer).await {
                    let answer = if is_late {
                        gate.acquire().await.expect("it is never closed").forget();
                        "-LATE this was the answer to the first question\r\n"
                    } else {
                        "$-1\r\n"
                    };
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let redis = open(&format!("redis://{address}"));
    let given_up = tokio::time::timeout(PATIENCE, redis.look("first")).await;
    assert!(given_up.is_err(), "the server is slow: {given_up:?}");
    late.add_permits(100);
    let looked = within("an answer", redis.look("second")).await;
    match looked {
        Ok(Looked::Copy(bytes)) => panic!("the server has no copy of `second`: {bytes:?}"),
        Ok(_) => {}
        Err(error) => panic!(
            "the first question was given up while its answer was on the way. The second one was given that answer: {}",
            capstone::telemetry::chain(&error)
        ),
    }
    server.abort();
}

// ── the service ────────────────────────────────────────────────────────────────────────────────────

#[tokio::test]
async fn where_copies_are_is_a_setting() {
    let load = |name: &str, value: &str| {
        let env = [(name.to_owned(), value.to_owned())];
        Config::load(&[], &env, |_| io::Result::Err(io::Error::other("no file")))
    };
    let url = "redis://user:s3cr3t-pass@cache.internal:6380/1";
    for (value, expected) in [
        ("none:", Cache::None),
        ("memory:500", Cache::Memory(500)),
        (url, Cache::Redis(Secret::new(url))),
    ] {
        let config = load("TASKS_CACHE", value).expect("it is right");
        assert_eq!(config.cache, expected, "{value}");
        assert!(!format!("{config:?}").contains("s3cr3t"), "{config:?}");
    }
    let config = Config::default();
    assert_eq!(
        (config.cache, config.cache_ttl),
        (Cache::None, TTL),
        "the defaults"
    );
    let config = load("TASKS_CACHE_TTL", "5s").expect("it is right");
    assert_eq!(config.cache_ttl, Duration::from_secs(5));
    for wrong in [
        "memory:",
        "memory:0",
        "redis://",
        "redis://:s3cr3t-pass@",
        "redis://s3cr3t-pass@host",
        "redis://host:port",
        "redis://host/x",
        "http://s3cr3t-pass",
    ] {
        let errors = match load("TASKS_CACHE", wrong) {
            Err(errors) => format!("{errors} {errors:?}"),
            Ok(_) => panic!("TASKS_CACHE={wrong} is a mistake"),
        };
        assert!(
            errors.contains("TASKS_CACHE") && !errors.contains("s3cr3t"),
            "the error names the variable, and not the password that may be in it: {errors}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_binary_works_with_copies_and_without_the_cache_it_was_told_of() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = nobody.local_addr().expect("it has one");
    drop(nobody);
    for cache in ["memory:10", &format!("redis://{address}")] {
        let mut process = Process::start_with(&["--cache", cache], &[]);
        let first = process.next_line();
        let port = field(&first, "port").and_then(serde_json::Value::as_u64);
        let port = port.expect("the first line has the port, cache or no cache") as u16;
        let user = support::signed_in(([127, 0, 0, 1], port).into()).await;
        let ask = async |method: &str, path: &str, body: &str| {
            let (length, who) = (body.len(), &user.header);
            let text = format!(
                "{method} {path} HTTP/1.1\r\n{who}host: test\r\nconnection: close\r\ncontent-type: application/json\r\n\
                 content-length: {length}\r\n\r\n{body}"
            );
            let answer = within("an answer", exchange(([127, 0, 0, 1], port).into(), text)).await;
            answer.expect("the binary answers")
        };
        let made = ask("POST", "/tasks", r#"{"title": "rent"}"#).await;
        assert_eq!(made.status, 201, "--cache {cache}: {made:?}");
        for (method, body, status) in [
            ("GET", "", "open"),
            ("GET", "", "open"),
            ("PATCH", r#"{"step": "start"}"#, "started"),
            ("GET", "", "started"),
        ] {
            let told = ask(method, "/tasks/1", body).await;
            assert!(
                told.status == 200 && told.body.contains(&format!("\"{status}\"")),
                "--cache {cache}: {method} of the task, which is {status}: {told:?}"
            );
        }
        assert!(process.terminate().success(), "it stops as before");
    }
}

// ── instruments ────────────────────────────────────────────────────────────────────────────────────

/// Lets everything run that can.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

fn started(task: &Task) -> Task {
    let mut task = task.clone();
    task.take(Step::Start, at(5))
        .expect("an open task can start");
    task
}

fn open(url: &str) -> RedisCache {
    RedisCache::new(url).unwrap_or_else(|| panic!("{url} is a URL of Redis"))
}

struct World {
    repository: Arc<Slow>,
    cache: Arc<MemoryCache>,
    clock: Arc<At>,
    store: Store,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(At(AtomicU64::new(NOON)));
        let repository = Arc::new(Slow::new(clock.clone()));
        let cache = Arc::new(MemoryCache::new(100));
        let store = cached(&repository, cache.clone(), &clock);
        Self {
            repository,
            cache,
            clock,
            store,
        }
    }

    /// The same repository behind another cache.
    fn with(&self, cache: Arc<dyn CacheStore>) -> Store {
        cached(&self.repository, cache, &self.clock)
    }
}

fn cached(repository: &Arc<Slow>, cache: Arc<dyn CacheStore>, clock: &Arc<At>) -> Store {
    let settings = CacheSettings {
        ttl: TTL,
        patience: PATIENCE,
    };
    Arc::new(Cached::new(
        repository.clone(),
        cache,
        clock.clone(),
        settings,
    ))
}

struct At(AtomicU64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A repository that reads at once and may be slow to say what, as one across a network is. What it was sent is done,
/// whether anybody waits for the answer or not.
struct Slow {
    inner: Arc<MemoryTasks>,
    clock: Arc<At>,
    finds: AtomicUsize,
    lists: AtomicUsize,
    /// How long an answer takes, by the test's clock.
    takes: AtomicU64,
    finds_pass: Arc<Semaphore>,
    changes_pass: Arc<Semaphore>,
    holds_finds: AtomicBool,
    holds_changes: AtomicBool,
    broken: AtomicBool,
    loses_answers: AtomicBool,
}

impl Slow {
    fn new(clock: Arc<At>) -> Self {
        Self {
            inner: Arc::default(),
            clock,
            finds: AtomicUsize::new(0),
            lists: AtomicUsize::new(0),
            takes: AtomicU64::new(0),
            finds_pass: Arc::new(Semaphore::new(0)),
            changes_pass: Arc::new(Semaphore::new(0)),
            holds_finds: AtomicBool::new(false),
            holds_changes: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            loses_answers: AtomicBool::new(false),
        }
    }

    fn finds(&self) -> usize {
        self.finds.load(Ordering::SeqCst)
    }

    fn lists(&self) -> usize {
        self.lists.load(Ordering::SeqCst)
    }

    /// From now on answers to `find` wait.
    fn hold_finds(&self) {
        self.finds_pass.forget_permits(Semaphore::MAX_PERMITS);
        self.holds_finds.store(true, Ordering::SeqCst);
    }

    /// From now on changes wait.
    fn hold_changes(&self) {
        self.holds_changes.store(true, Ordering::SeqCst);
    }

    fn let_go(&self) {
        self.holds_finds.store(false, Ordering::SeqCst);
        self.finds_pass.add_permits(1_000);
        self.holds_changes.store(false, Ordering::SeqCst);
        self.changes_pass.add_permits(1_000);
    }

    /// Sends a change to the database, where it is made in its own time.
    fn send<T: Send + 'static>(
        &self,
        change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Pending<'_, T> {
        let gate = self.holds_changes.load(Ordering::SeqCst);
        let pass = Arc::clone(&self.changes_pass);
        let loses = self.loses_answers.load(Ordering::SeqCst);
        let change = async move {
            if gate {
                pass.acquire().await.expect("never closed").forget();
            }
            let outcome = change.await;
            if loses {
                return Err(StoreError::new(
                    "change a task",
                    "the connection has broken",
                ));
            }
            outcome
        };
        Box::pin(async move { tokio::spawn(change).await.expect("no panic") })
    }
}

impl TaskRepository for Slow {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        self.inner.insert(draft, once)
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        Box::pin(async move {
            self.finds.fetch_add(1, Ordering::SeqCst);
            let read = self.inner.find(owner, id).await;
            if self.holds_finds.load(Ordering::SeqCst) {
                let pass = self.finds_pass.acquire().await;
                pass.expect("never closed").forget();
            }
            let takes = self.takes.load(Ordering::SeqCst);
            self.clock.0.fetch_add(takes, Ordering::SeqCst);
            if self.broken.load(Ordering::SeqCst) {
                return Err(StoreError::new("find a task", "the disk is full"));
            }
            read
        })
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        self.lists.fetch_add(1, Ordering::SeqCst);
        self.inner.list(owner, after, limit)
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        let inner = Arc::clone(&self.inner);
        self.send(async move { inner.update(task, expected).await })
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        let inner = Arc::clone(&self.inner);
        self.send(async move { inner.delete(owner, id, expected).await })
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Mood {
    #[default]
    Works,
    Fails,
    Hangs,
}

/// A cache that is away at times, and keeps what it has.
struct Flaky {
    inner: MemoryCache,
    mood: std::sync::Mutex<Mood>,
}

impl Default for Flaky {
    fn default() -> Self {
        Self {
            inner: MemoryCache::new(100),
            mood: std::sync::Mutex::default(),
        }
    }
}

impl Flaky {
    fn set(&self, mood: Mood) {
        *self.mood.lock().expect("no panic") = mood;
    }

    fn then<'a, T: Send + 'a>(&self, works: impl FnOnce() -> Pending<'a, T>) -> Pending<'a, T> {
        match *self.mood.lock().expect("no panic") {
            Mood::Works => works(),
            Mood::Fails => Box::pin(future::ready(Err(StoreError::new("reach it", "no route")))),
            Mood::Hangs => Box::pin(future::pending()),
        }
    }
}

impl CacheStore for Flaky {
    fn look<'a>(&'a self, key: &'a str) -> Pending<'a, Looked> {
        self.then(|| self.inner.look(key))
    }

    fn fill<'a>(
        &'a self,
        key: &'a str,
        lease: Lease,
        value: Vec<u8>,
        keep: Duration,
    ) -> Pending<'a, ()> {
        self.then(|| self.inner.fill(key, lease, value, keep))
    }

    fn remove<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        self.then(|| self.inner.remove(key))
    }
}

/// Has one place, for all keys.
#[derive(Default)]
struct OneForAll {
    value: std::sync::Mutex<Option<Vec<u8>>>,
}

impl CacheStore for OneForAll {
    fn look<'a>(&'a self, _: &'a str) -> Pending<'a, Looked> {
        let value = self.value.lock().expect("no panic").clone();
        Box::pin(future::ready(Ok(
            value.map_or(Looked::Vacant(Lease(1)), Looked::Copy)
        )))
    }

    fn fill<'a>(&'a self, _: &'a str, _: Lease, value: Vec<u8>, _: Duration) -> Pending<'a, ()> {
        *self.value.lock().expect("no panic") = Some(value);
        Box::pin(future::ready(Ok(())))
    }

    fn remove<'a>(&'a self, _: &'a str) -> Pending<'a, ()> {
        Box::pin(future::ready(Ok(())))
    }
}
