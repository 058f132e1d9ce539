//! Stage 8, at other values.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use http_api::{Cached, Draft, Kept, Memory, Only, Store, StoreError, Stored};
use tokio::time::{Instant, sleep, timeout};

const MS: Duration = Duration::from_millis(1);
const TTL: Duration = Duration::from_secs(60);

/// Takes 100 ms for a question and 40 for a change, which is made whether anybody waits or not.
#[derive(Default)]
struct Slow {
    memory: Arc<Memory>,
    asked: AtomicUsize,
    /// Changes are made, and reported as failed.
    unsure: AtomicBool,
}

impl Store for Slow {
    fn add(&self, draft: Draft) -> Stored<'_, Kept> {
        self.memory.add(draft)
    }

    fn get(&self, id: u64) -> Stored<'_, Option<Kept>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        async move {
            let found = self.memory.get(id).await;
            sleep(100 * MS).await;
            found
        }
        .boxed()
    }

    fn replace(&self, id: u64, draft: Draft, only: Only) -> Stored<'_, Kept> {
        let memory = Arc::clone(&self.memory);
        let unsure = self.unsure.load(Ordering::SeqCst);
        let change = async move {
            sleep(40 * MS).await;
            let changed = memory.replace(id, draft, only).await;
            if unsure {
                Err(StoreError::Busy)
            } else {
                changed
            }
        };
        async move { tokio::spawn(change).await.expect("no panic") }.boxed()
    }

    fn remove(&self, id: u64, only: Only) -> Stored<'_, ()> {
        self.memory.remove(id, only)
    }

    fn page(&self, above: u64, limit: usize) -> Stored<'_, Vec<Kept>> {
        self.memory.page(above, limit)
    }
}

fn draft(shelf: &str) -> Draft {
    Draft {
        recipient: "Ada".to_owned(),
        shelf: shelf.to_owned(),
        grams: 1,
    }
}

async fn cached(parcels: u64, capacity: usize) -> (Arc<Slow>, Arc<Cached>) {
    let slow = Arc::new(Slow::default());
    for _ in 0..parcels {
        slow.add(draft("A-1")).await.expect("a parcel");
    }
    let inner: Arc<dyn Store> = slow.clone();
    (slow, Arc::new(Cached::new(inner, TTL, capacity)))
}

async fn shelf(store: &dyn Store, id: u64) -> String {
    let found = store.get(id).await.expect("the store answers");
    found.map_or_else(|| "none".to_owned(), |kept| kept.parcel.shelf)
}

#[tokio::test(start_paused = true)]
async fn ids_do_not_wait_for_each_other() {
    let (_, cached) = cached(2, 10).await;
    shelf(&*cached, 2).await;
    let writer = Arc::clone(&cached);
    let change = tokio::spawn(async move { writer.replace(1, draft("B-2"), Only::Any).await });
    tokio::task::yield_now().await;
    let begun = Instant::now();
    shelf(&*cached, 2).await;
    assert_eq!(
        begun.elapsed(),
        Duration::ZERO,
        "a copy of parcel 2, while parcel 1 is changed"
    );
    change.await.expect("no panic").expect("changed");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_fails_leaves_no_copy() {
    let (slow, cached) = cached(1, 10).await;
    shelf(&*cached, 1).await;
    slow.unsure.store(true, Ordering::SeqCst);
    let failed = cached.replace(1, draft("B-2"), Only::Any).await;
    assert!(
        matches!(failed, Err(StoreError::Busy)),
        "the store's answer: {failed:?}"
    );
    assert_eq!(
        shelf(&*cached, 1).await,
        "B-2",
        "a change that was made and could not be confirmed"
    );
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_goes_away_takes_nothing_along() {
    let (slow, cached) = cached(1, 10).await;
    let gone = timeout(50 * MS, shelf(&*cached, 1)).await;
    assert!(
        gone.is_err(),
        "the reader goes away in the middle of its question"
    );
    assert_eq!(shelf(&*cached, 1).await, "A-1", "the next reader");
    assert_eq!(slow.asked.load(Ordering::SeqCst), 2, "asks again");
}

#[tokio::test(start_paused = true)]
async fn many_callers_never_see_the_past() {
    for capacity in [1, 3, 100] {
        let (_, cached) = cached(3, capacity).await;
        // The highest revision of each parcel that somebody was told of.
        let told: Arc<[AtomicU64; 4]> = Arc::default();
        let mut callers = Vec::new();
        for caller in 0..30_u64 {
            let (cached, told) = (Arc::clone(&cached), Arc::clone(&told));
            callers.push(tokio::spawn(async move {
                for step in 0..12_u64 {
                    sleep(Duration::from_millis((caller * 37 + step * 53) % 131)).await;
                    let id = (caller + step) % 3 + 1;
                    let at = &told[id as usize];
                    let before = at.load(Ordering::SeqCst);
                    let seen = if caller % 5 == 0 {
                        let change = cached.replace(id, draft("C-3"), Only::Any);
                        // Some do not wait for it.
                        match timeout(Duration::from_millis(20 + step * 10), change).await {
                            Ok(changed) => changed.expect("changed").revision,
                            Err(_) => continue,
                        }
                    } else {
                        cached.get(id).await.expect("an answer").expect("a parcel").revision
                    };
                    assert!(
                        seen >= before,
                        "with {capacity} places: revision {before} of parcel {id} was told before this call began, \
                         and it returns {seen}"
                    );
                    at.fetch_max(seen, Ordering::SeqCst);
                }
            }));
        }
        for caller in callers {
            caller.await.unwrap_or_else(|panic| panic!("{panic}"));
        }
    }
}
