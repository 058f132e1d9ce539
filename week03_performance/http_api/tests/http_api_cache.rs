//! Stage 8: copies in front of the store. Time stands still until everybody waits.

#[path = "support/contract.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod contract;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use contract::draft;
use futures_util::FutureExt as _;
use http_api::{
    Application, CacheLimits, Cached, Draft, Kept, Memory, Only, Store, StoreError, Stored,
};
use serde_json::json;
use support::{Client, config};
use tokio::time::{Instant, sleep, timeout};

const MS: Duration = Duration::from_millis(1);
const TTL: Duration = Duration::from_secs(60);

/// A store that takes its time, and counts. What it has begun to change it changes, whether anybody waits for it
/// or not, as a database does.
#[derive(Default)]
struct Slow {
    memory: Arc<Memory>,
    asked: AtomicUsize,
    /// How many questions from now on fail.
    failing: AtomicUsize,
}

impl Slow {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Store for Slow {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        self.memory.add(draft)
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        async move {
            // It is read at once, and is on its way for 100 ms.
            let found = self.memory.get(id).await;
            sleep(100 * MS).await;
            let fails = self.failing.load(Ordering::SeqCst);
            if fails > 0 {
                self.failing.store(fails - 1, Ordering::SeqCst);
                return Err(StoreError::Busy);
            }
            found
        }
        .boxed()
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        let memory = Arc::clone(&self.memory);
        let change = async move {
            sleep(40 * MS).await;
            memory.replace(id, draft, only).await
        };
        async move { tokio::spawn(change).await.expect("no panic") }.boxed()
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        let memory = Arc::clone(&self.memory);
        let change = async move {
            sleep(40 * MS).await;
            memory.remove(id, only).await
        };
        async move { tokio::spawn(change).await.expect("no panic") }.boxed()
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        self.memory.page(above, limit)
    }
}

/// A slow store with one parcel on shelf A-1, a cache before it, and the parcel's id.
async fn cached() -> (Arc<Slow>, Arc<Cached>, u64) {
    let slow = Arc::new(Slow::default());
    let id = slow
        .add(draft("Ada", "A-1", 1))
        .await
        .expect("a parcel")
        .parcel
        .id;
    let inner: Arc<dyn Store> = slow.clone();
    (slow, Arc::new(Cached::new(inner, TTL, 100)), id)
}

async fn shelf(store: &dyn Store, id: u64) -> String {
    let found = store.get(id).await.expect("the store answers");
    found.map_or_else(|| "none".to_owned(), |kept| kept.parcel.shelf)
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_used_for_less_than_its_time() {
    let (slow, cached, id) = cached().await;
    let asked = Instant::now();
    for _ in 0..5 {
        assert_eq!(shelf(&*cached, id).await, "A-1", "the parcel");
    }
    assert_eq!(
        slow.asked(),
        1,
        "five reads in a row are one question to the store"
    );
    tokio::time::sleep_until(asked + TTL - MS).await;
    shelf(&*cached, id).await;
    assert_eq!(
        slow.asked(),
        1,
        "a millisecond before its time is over, the copy is still used"
    );
    tokio::time::sleep_until(asked + TTL).await;
    shelf(&*cached, id).await;
    assert_eq!(
        slow.asked(),
        2,
        "a minute after the first question was asked its answer may be a minute old, however often it was read \
         and however long it was on its way"
    );
}

#[tokio::test(start_paused = true)]
async fn a_hundred_at_once_are_one_question() {
    let (slow, cached, id) = cached().await;
    for round in 1..=2 {
        let mut readers = Vec::new();
        for _ in 0..100 {
            let cached = Arc::clone(&cached);
            readers.push(tokio::spawn(async move { shelf(&*cached, id).await }));
        }
        for reader in readers {
            assert_eq!(
                reader.await.expect("no panic"),
                "A-1",
                "each reader has the parcel"
            );
        }
        assert_eq!(
            slow.asked(),
            round,
            "a hundred readers at once, with no copy or with one whose time is over, are one question"
        );
        sleep(TTL).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_written_is_what_is_read() {
    // A reader's question takes 100 ms, a change 40. At each distance of the two:
    for reader_at in 0..40 {
        let (_, cached, id) = cached().await;
        let reader = Arc::clone(&cached);
        let reading = tokio::spawn(async move {
            sleep(reader_at * 5 * MS).await;
            shelf(&*reader, id).await
        });
        sleep(100 * MS).await;
        let changed = cached.replace(id, draft("Ada", "B-2", 1), Only::Any).await;
        assert!(changed.is_ok(), "the change was made: {changed:?}");
        assert_eq!(
            shelf(&*cached, id).await,
            "B-2",
            "a reader began at {} ms, a change at 100; whoever has changed a parcel sees the change",
            reader_at * 5
        );
        reading.await.expect("no panic");
        assert_eq!(
            shelf(&*cached, id).await,
            "B-2",
            "a reader began at {} ms, a change at 100; what the reader brought along later must not cover it",
            reader_at * 5
        );
        cached.remove(id, Only::Any).await.expect("it is there");
        assert_eq!(shelf(&*cached, id).await, "none", "collected");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_that_nobody_waits_for_is_still_a_change() {
    for left_after in [1, 10, 39] {
        let (_, cached, id) = cached().await;
        shelf(&*cached, id).await;
        let change = cached.replace(id, draft("Ada", "B-2", 1), Only::Any);
        let left = timeout(left_after * MS, change).await;
        assert!(
            left.is_err(),
            "the client goes away after {left_after} ms, before the change has arrived"
        );
        // A reader who comes at once.
        shelf(&*cached, id).await;
        sleep(200 * MS).await;
        assert_eq!(
            shelf(&*cached, id).await,
            "B-2",
            "a change whose caller went away after {left_after} ms has arrived at the store at 40 ms; a reader who \
             came in between must not leave an old copy for a minute"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn neither_failures_nor_absences_are_kept() {
    let (slow, cached, id) = cached().await;
    slow.failing.store(1, Ordering::SeqCst);
    let failed = cached.get(id).await;
    assert!(
        matches!(failed, Err(StoreError::Busy)),
        "the store's answer is the answer: {failed:?}"
    );
    assert_eq!(
        shelf(&*cached, id).await,
        "A-1",
        "the next question is asked"
    );

    assert_eq!(
        shelf(&*cached, id + 1).await,
        "none",
        "nobody has added it yet"
    );
    let added = cached.add(draft("Bo", "C-3", 1)).await.expect("a parcel");
    assert_eq!(added.parcel.id, id + 1, "ids go on");
    assert_eq!(
        shelf(&*cached, id + 1).await,
        "C-3",
        "a parcel that was asked for before it was added is there when it was"
    );
}

#[tokio::test(start_paused = true)]
async fn copies_are_bounded() {
    let (slow, _, _) = cached().await;
    for at in 0..500 {
        slow.add(draft(&format!("number {at}"), "A-1", 1))
            .await
            .expect("a parcel");
    }
    let inner: Arc<dyn Store> = slow.clone();
    let cached = Cached::new(inner, TTL, 50);
    for id in 1..=500 {
        shelf(&cached, id).await;
    }
    let places = cached.places();
    assert!(
        places <= 50,
        "500 parcels were read, 50 may be kept, and {places} are"
    );
    let before = slow.asked();
    shelf(&cached, 500).await;
    assert_eq!(slow.asked(), before, "what was read last is among them");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cached_store_keeps_the_contract() {
    for capacity in [1, 1000] {
        let inner: Arc<dyn Store> = Arc::new(Memory::default());
        let cached = Cached::new(inner, TTL, capacity);
        contract::hold(&format!("Cached, {capacity} places"), Arc::new(cached)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_asks_once_if_it_is_told_to() {
    for (cache, questions) in [
        (None, 3),
        (
            Some(CacheLimits {
                ttl: TTL,
                capacity: 10,
            }),
            1,
        ),
    ] {
        let slow = Arc::new(Slow::default());
        let config = config(|config| config.cache = cache);
        let built = Application::build_with_store(config, slow.clone(), Router::new()).await;
        let client = Client(
            built
                .unwrap_or_else(|error| panic!("build failed: {error}"))
                .router(),
        );
        let body = json!({"recipient": "Ada", "shelf": "A-1", "grams": 1});
        let path = client.post("/parcels", &body).await;
        let path = path.is(201, "a parcel").header("location").to_owned();
        for _ in 0..3 {
            client.get(&path).await.is(200, "the parcel");
        }
        assert_eq!(
            slow.asked(),
            questions,
            "three reads, with the cache {cache:?}"
        );
        let put = client
            .json("PUT", &path, &[("if-match", "\"9\"")], &body)
            .await;
        put.is(
            412,
            "a condition is held against the store, and never against a copy",
        );
    }
}
