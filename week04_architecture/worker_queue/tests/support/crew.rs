// What tests of workers share: a clock that follows the runtime's, and a store with a switch.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use worker_queue::{
    Census, Change, Clock, Enqueued, Job, JobId, MemoryStore, Refused, State, Store, StoreError,
    Timestamp, Work, Workers, WorkersBuilder,
};

/// Milliseconds since it was made, by the runtime's clock, which is paused.
pub struct Paused(Instant);

impl Paused {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }

    pub fn millis(&self) -> u64 {
        self.0.elapsed().as_millis() as u64
    }
}

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis())
    }
}

pub fn some(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).expect("a test's own number")
}

/// One place, a lease of 10 s, a look every second, and a pause of 2 s.
pub fn crew(store: Arc<dyn Store>, clock: &Arc<Paused>) -> WorkersBuilder {
    Workers::builder(store, Arc::clone(clock) as Arc<dyn Clock>)
        .places(some(1))
        .lease(Duration::from_secs(10))
        .poll(Duration::from_secs(1))
        .pause(Duration::from_secs(2))
}

pub fn memory() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new())
}

/// Lets the runtime's clock run for so long, and everything with it.
pub async fn pass(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// What a job is called.
pub fn named(name: &str, attempts: u32) -> Work {
    let attempts = std::num::NonZeroU32::new(attempts).expect("a test's own number");
    Work::new("test", name).attempts(attempts)
}

#[track_caller]
pub fn put(store: &dyn Store, clock: &Paused, work: Work) -> JobId {
    match store.enqueue(work, None, clock.now()) {
        Ok(Enqueued::New(id)) => id,
        other => panic!("work without a key is a new job, and was {other:?}"),
    }
}

#[track_caller]
pub fn look(store: &dyn Store, id: JobId, clock: &Paused) -> (State, u32) {
    let job = store
        .find(id)
        .expect("the store is well")
        .expect("it is there");
    (job.state(clock.now()), job.attempts())
}

/// What handlers have noted, in order.
#[derive(Clone, Default)]
pub struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    pub fn add(&self, note: impl Into<String>) {
        self.0
            .lock()
            .expect("nobody panics with it")
            .push(note.into());
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().expect("nobody panics with it").clone()
    }

    /// Notes `gone` when it is dropped.
    pub fn when_dropped(&self, name: &str) -> Dropped {
        Dropped(self.clone(), name.to_owned())
    }
}

pub struct Dropped(Notes, String);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.add(format!("{} gone", self.1));
    }
}

/// A store behind a network that can be away, and that can be slow with a claim.
pub struct Remote {
    pub inner: Arc<dyn Store>,
    pub away: AtomicBool,
    pub claims: AtomicU64,
    /// A claim that has been made waits for this before it is answered.
    pub hold: Mutex<Option<std::sync::mpsc::Receiver<()>>>,
}

impl Remote {
    pub fn new(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            away: AtomicBool::new(false),
            claims: AtomicU64::new(0),
            hold: Mutex::new(None),
        })
    }

    pub fn set_away(&self, away: bool) {
        self.away.store(away, Ordering::SeqCst);
    }

    fn there(&self) -> Result<&dyn Store, StoreError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(StoreError::new("reach the store", "the network is down"));
        }
        Ok(&*self.inner)
    }
}

impl Store for Remote {
    fn enqueue(
        &self,
        work: Work,
        key: Option<&str>,
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        self.there()?.enqueue(work, key, now)
    }

    fn claim(&self, now: Timestamp, length: Duration) -> Result<Option<Job>, StoreError> {
        self.claims.fetch_add(1, Ordering::SeqCst);
        let claimed = self.there()?.claim(now, length);
        let hold = self.hold.lock().expect("nobody panics with it").take();
        if let Some(hold) = hold {
            // An answer or a sender that is gone: both mean "go on".
            let _ = hold.recv();
        }
        claimed
    }

    fn change(
        &self,
        id: JobId,
        change: &Change,
        now: Timestamp,
    ) -> Result<Result<Job, Refused>, StoreError> {
        self.there()?.change(id, change, now)
    }

    fn find(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.there()?.find(id)
    }

    fn dead(
        &self,
        now: Timestamp,
        after: Option<JobId>,
        limit: usize,
    ) -> Result<Vec<Job>, StoreError> {
        self.there()?.dead(now, after, limit)
    }

    fn census(&self, now: Timestamp) -> Result<Census, StoreError> {
        self.there()?.census(now)
    }
}
