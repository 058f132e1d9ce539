//! Copies of tasks, beside a store of them.
//!
//! Architecture invariant: what a copy says may be old by its time to live, and never older than a change that was
//! made through the same [`Cached`]. Three things keep it: a copy takes its place only with a lease from before the
//! load; a change ends leases and loads that are under way; a change ends that way whoever waits for it.

mod copy;
mod flights;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time;
use tracing::{Instrument, warn};

use self::copy::Copied;
use self::flights::{Answer, Flights};
use crate::domain::{Draft, Task, TaskId, Timestamp, UserId};
use crate::metrics::{Lookup, Metrics};
use crate::ports::{
    CacheStore, Clock, Inserted, Lease, Looked, Once, Pending, StoreError, TaskRepository, Written,
};
use crate::{telemetry, trace};

/// How copies are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheSettings {
    /// How old a copy may be. That is for the business to say: it is how long somebody may see what is no longer so.
    pub ttl: Duration,
    /// How long an answer of the cache is waited for. Much less than the repository takes, or the cache is no gain.
    pub patience: Duration,
}

/// A repository with copies. Only `find` is answered from them.
///
/// That there is no such task is not kept: it would have to be taken back when one is made, and who asks for
/// numbers at random would fill the cache with it.
pub struct Cached(Arc<Inner>);

struct Inner {
    repository: Arc<dyn TaskRepository>,
    store: Arc<dyn CacheStore>,
    clock: Arc<dyn Clock>,
    settings: CacheSettings,
    flights: Flights,
    /// Until then the store may have copies that it was not possible to remove.
    distrusted_until: Mutex<Timestamp>,
    metrics: Metrics,
}

impl Cached {
    /// Puts `store` beside `repository`.
    pub fn new(
        repository: Arc<dyn TaskRepository>,
        store: Arc<dyn CacheStore>,
        clock: Arc<dyn Clock>,
        settings: CacheSettings,
    ) -> Self {
        Self::counting(repository, store, clock, settings, Metrics::default())
    }

    /// As [`new`](Self::new), with hits and misses counted in `metrics`.
    pub fn counting(
        repository: Arc<dyn TaskRepository>,
        store: Arc<dyn CacheStore>,
        clock: Arc<dyn Clock>,
        settings: CacheSettings,
        metrics: Metrics,
    ) -> Self {
        Self(Arc::new(Inner {
            repository,
            store,
            clock,
            settings,
            flights: Flights::default(),
            distrusted_until: Mutex::new(Timestamp::from_millis(0)),
            metrics,
        }))
    }

    /// Makes a change, then drops what there is of before.
    ///
    /// In a task of its own. A caller who goes away drops this future, but the change may be on its way to the
    /// database already, and has to be followed until it has arrived there.
    fn change(
        &self,
        owner: UserId,
        id: TaskId,
        change: impl Future<Output = Result<Written, StoreError>> + Send + 'static,
    ) -> Pending<'_, Written> {
        let inner = Arc::clone(&self.0);
        let changing = async move {
            let outcome = change.await;
            // Whatever the outcome: an error does not say whether it happened, and `Stale` or `Missing` says that
            // somebody else was here, of whom our copy knows nothing.
            inner.forget(owner, id).await;
            outcome
        };
        Box::pin(async move {
            // A new task is part of nothing, until it is told.
            let changing = trace::carried(changing).in_current_span();
            match tokio::spawn(changing).await {
                Ok(outcome) => outcome,
                Err(panicked) => Err(StoreError::new("change a task", panicked)),
            }
        })
    }
}

impl Inner {
    async fn find(&self, owner: UserId, id: TaskId) -> Answer {
        let key = key(owner, id);
        let lease = match self.look(&key, owner, id).await {
            Found::Task(task) => {
                self.metrics.lookup(Lookup::Hit);
                return Ok(Some(task));
            }
            Found::Nothing(lease) => {
                self.metrics.lookup(Lookup::Miss);
                lease
            }
            Found::NoCache => {
                self.metrics.lookup(Lookup::Failed);
                None
            }
        };
        // From when it is asked: the answer may be as old as the question.
        let since = self.clock.now();
        let found = self.repository.find(owner, id).await?;
        if let (Some(task), Some(lease)) = (&found, lease) {
            let copied = Copied { since, task }.to_bytes();
            let keep = self.settings.ttl;
            let filled = self.patiently(self.store.fill(&key, lease, copied, keep));
            if let Err(error) = filled.await {
                self.complain(&error);
            }
        }
        Ok(found)
    }

    /// A copy that can be used, or the right to make one.
    async fn look(&self, key: &str, owner: UserId, id: TaskId) -> Found {
        for _ in 0..2 {
            let now = self.clock.now();
            if now < *self.distrusted_until() {
                return Found::NoCache;
            }
            let removed = match self.patiently(self.store.look(key)).await {
                Ok(Looked::Copy(bytes)) => {
                    let usable = copy::read(&bytes)
                        .filter(|(since, _)| self.is_fresh(*since, now))
                        .map(|(_, task)| task)
                        // What others can write to is not believed to be sorted.
                        .filter(|task| (task.facts().owner, task.facts().id) == (owner, id));
                    if let Some(task) = usable {
                        return Found::Task(task);
                    }
                    self.patiently(self.store.remove(key)).await
                }
                Ok(Looked::Vacant(lease)) => return Found::Nothing(Some(lease)),
                Ok(Looked::Taken) => break,
                Err(error) => Err(error),
            };
            if let Err(error) = removed {
                self.complain(&error);
                return Found::NoCache;
            }
        }
        Found::Nothing(None)
    }

    fn is_fresh(&self, since: Timestamp, now: Timestamp) -> bool {
        // One from the future is from before the clock was set back, and nobody knows by how much.
        let age = now.millis().checked_sub(since.millis());
        age.is_some_and(|age| Duration::from_millis(age) < self.settings.ttl)
    }

    /// The copy first, then the loads: one that begins in between would find the copy, and be joined later.
    async fn forget(&self, owner: UserId, id: TaskId) {
        let key = key(owner, id);
        if let Err(error) = self.patiently(self.store.remove(&key)).await {
            self.complain(&error);
            // Each copy that is there now has had its time by then.
            let ttl = self.settings.ttl.as_millis().try_into().unwrap_or(u64::MAX);
            let until = self.clock.now().millis().saturating_add(ttl);
            *self.distrusted_until() = Timestamp::from_millis(until);
        }
        self.flights.forget((owner, id));
    }

    async fn patiently<T>(&self, answer: Pending<'_, T>) -> Result<T, StoreError> {
        let patience = self.settings.patience;
        time::timeout(patience, answer)
            .await
            .unwrap_or_else(|late| Err(StoreError::new("wait for the cache", late)))
    }

    /// For whoever runs it. To callers, a cache that is away is a service that is slower.
    fn complain(&self, error: &StoreError) {
        warn!(
            error = telemetry::chain(error),
            "the cache is left out of it"
        );
    }

    fn distrusted_until(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        self.distrusted_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

enum Found {
    Task(Task),
    Nothing(Option<Lease>),
    /// There is nobody to ask, or nobody to believe.
    NoCache,
}

/// With the owner in it, so that nobody's key is anybody else's, and with the version of the form, so that a release
/// with another one does not read what it does not understand.
fn key(owner: UserId, id: TaskId) -> String {
    format!("tasks:1:{}:{}", owner.get(), id.get())
}

impl TaskRepository for Cached {
    fn insert(&self, draft: Draft, once: Option<Once>) -> Pending<'_, Inserted> {
        // There is nothing under a number that is not given yet.
        self.0.repository.insert(draft, once)
    }

    fn find(&self, owner: UserId, id: TaskId) -> Pending<'_, Option<Task>> {
        let inner = Arc::clone(&self.0);
        let load = async move { inner.find(owner, id).await };
        Box::pin(self.0.flights.join((owner, id), load))
    }

    fn list(&self, owner: UserId, after: Option<TaskId>, limit: usize) -> Pending<'_, Vec<Task>> {
        self.0.repository.list(owner, after, limit)
    }

    fn update(&self, task: Task, expected: u64) -> Pending<'_, Written> {
        let repository = Arc::clone(&self.0.repository);
        let (owner, id) = (task.facts().owner, task.facts().id);
        self.change(
            owner,
            id,
            async move { repository.update(task, expected).await },
        )
    }

    fn delete(&self, owner: UserId, id: TaskId, expected: u64) -> Pending<'_, Written> {
        let repository = Arc::clone(&self.0.repository);
        self.change(owner, id, async move {
            repository.delete(owner, id, expected).await
        })
    }
}
