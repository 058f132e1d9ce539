//! The same promises at values that the visible tests do not name.

use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use capstone::adapters::{MemoryCache, MemoryTasks};
use capstone::cache::{CacheSettings, Cached};
use capstone::domain::{Draft, Step, Task, TaskId, Timestamp, Title, UserId};
use capstone::ports::{
    CacheStore, Clock, Inserted, Lease, Looked, Once, Pending, TaskRepository, Written,
};
use tokio::time::{self, Instant};

const OWNER: u64 = 7;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_000_000)
    }
}

/// Reads in the middle of the time that it takes, as a database across a network does.
#[derive(Default)]
struct Far {
    inner: Arc<MemoryTasks>,
    takes: AtomicU64,
    panics: AtomicBool,
}

impl Far {
    fn half(&self) -> Duration {
        Duration::from_millis(self.takes.load(Ordering::SeqCst) / 2)
    }
}

impl TaskRepository for Far {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        self.inner.insert(draft, once)
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        Box::pin(async move {
            time::sleep(self.half()).await;
            assert!(!self.panics.load(Ordering::SeqCst), "a bug in the adapter");
            let found = self.inner.find(owner, id).await;
            time::sleep(self.half()).await;
            found
        })
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        self.inner.list(owner, after, limit)
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        Box::pin(async move {
            time::sleep(self.half()).await;
            let written = self.inner.update(task, expected).await;
            time::sleep(self.half()).await;
            written
        })
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        self.inner.delete(owner, id, expected)
    }
}

/// Copies at the other end of a wire. A question arrives soon and its answer late; with a removal it is the other way
/// round. So one may begin after the other and be there before it.
struct Remote {
    inner: MemoryCache,
    soon: Duration,
    late: Duration,
}

impl CacheStore for Remote {
    fn look<'a>(&'a self, key: &'a str) -> Pending<'a, Looked> {
        Box::pin(async move {
            time::sleep(self.soon).await;
            let looked = self.inner.look(key).await;
            time::sleep(self.late).await;
            looked
        })
    }

    fn fill<'a>(
        &'a self,
        key: &'a str,
        lease: Lease,
        value: Vec<u8>,
        keep: Duration,
    ) -> Pending<'a, ()> {
        Box::pin(async move {
            time::sleep(self.soon).await;
            let filled = self.inner.fill(key, lease, value, keep).await;
            time::sleep(self.soon).await;
            filled
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            time::sleep(self.late).await;
            let removed = self.inner.remove(key).await;
            time::sleep(self.soon).await;
            removed
        })
    }
}

fn cached(far: &Arc<Far>, soon: u64, late: u64) -> Arc<Cached> {
    let settings = CacheSettings {
        ttl: Duration::from_secs(3_600),
        patience: Duration::from_secs(1),
    };
    let inner = MemoryCache::new(10);
    let remote = Remote {
        inner,
        soon: Duration::from_millis(soon),
        late: Duration::from_millis(late),
    };
    Arc::new(Cached::new(
        far.clone(),
        Arc::new(remote),
        Arc::new(Still),
        settings,
    ))
}

async fn made(far: &Far) -> Task {
    let draft = Draft {
        owner: UserId::new(OWNER),
        title: Title::parse("rent").expect("a title"),
        created: Timestamp::from_millis(0),
    };
    match far.insert(draft, None).await {
        Ok(Inserted::New(task)) => task,
        other => panic!("it is new: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_sees_what_was_before_a_change_that_has_returned() {
    for distance in (0..40).step_by(2) {
        let far = Arc::new(Far::default());
        let task = made(&far).await;
        let id = task.facts().id;
        far.takes.store(20, Ordering::SeqCst);
        let store = cached(&far, 1, 9);
        // When each change has returned, and with which version.
        let changes = {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let (mut task, mut returned) = (task, Vec::new());
                for step in [Step::Start, Step::PutBack, Step::Start] {
                    time::sleep(Duration::from_millis(distance)).await;
                    let before = task.facts().version;
                    task.take(step, Timestamp::from_millis(0))
                        .expect("it is allowed");
                    let written = store.update(task.clone(), before).await;
                    assert_eq!(written.expect("it works"), Written::Done);
                    returned.push((Instant::now(), task.facts().version));
                }
                returned
            })
        };
        let mut readers = Vec::new();
        for number in 0..80 {
            let store = Arc::clone(&store);
            readers.push(tokio::spawn(async move {
                time::sleep(Duration::from_millis(number * 3)).await;
                let begun = Instant::now();
                let found = store.find(UserId::new(OWNER), id).await;
                let task = found.expect("it works").expect("it is there");
                (begun, task.facts().version)
            }));
        }
        let returned = changes.await.expect("no panic");
        for reader in readers {
            let (begun, seen) = reader.await.expect("no panic");
            for (at, version) in &returned {
                assert!(
                    begun <= *at || seen >= *version,
                    "a change every {distance} ms and 30 more: a reader that began {:?} after version {version} had \
                     been acknowledged has seen version {seen}",
                    begun - *at
                );
            }
        }
    }
}

#[tokio::test]
async fn a_panic_in_the_repository_is_an_error_and_no_grave() {
    let far = Arc::new(Far::default());
    let task = made(&far).await;
    let (owner, id) = (UserId::new(OWNER), task.facts().id);
    let store = cached(&far, 0, 0);
    let report = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    far.panics.store(true, Ordering::SeqCst);
    let asked = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.find(owner, id).await.is_ok() })
    };
    let asked = time::timeout(Duration::from_secs(3), asked).await;
    panic::set_hook(report);
    let asked = asked
        .expect("a load that has panicked answers nobody, and whoever waits for it waits for ever");
    assert!(
        !matches!(asked, Ok(true)),
        "the repository has panicked, and the reader was told that all is well"
    );
    far.panics.store(false, Ordering::SeqCst);
    let found = time::timeout(Duration::from_secs(3), store.find(owner, id)).await;
    let found = found.expect("the load before has panicked, and its place is taken by it for ever");
    assert_eq!(found.expect("it works"), Some(task));
}
