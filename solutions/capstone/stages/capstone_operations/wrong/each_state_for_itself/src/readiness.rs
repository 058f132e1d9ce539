//! How the dependencies are, found out beside the requests: what is asked of them depends on no caller.
//!
//! Architecture invariant: an answer is made of what is known already. Only the first one is waited for, and no longer than
//! a dependency is.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{self, MissedTickBehavior};
use tracing::{info, warn};

use crate::domain::{TaskId, UserId};
use crate::metrics::Metrics;
use crate::ports::{CacheStore, Clock, JobQueue, Pending, StoreError, TaskRepository};
use crate::telemetry;

const STORE: &str = "store";
const CACHE: &str = "cache";
const JOBS: &str = "jobs";

/// A key that no task has.
const NOBODYS: &str = "ready:1";

/// How dependencies are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How often each of them is. Default: 1 s.
    pub every: Duration,
    /// How long an answer is waited for. Default: 2 s, which is what a request waits for its database.
    pub patience: Duration,
    /// How many looks in a row have to see another state before it is believed. Default: 2.
    pub turns: u32,
    /// How old the oldest job may be. Default: 5 min.
    pub jobs_late_after: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(1),
            patience: Duration::from_secs(2),
            turns: 2,
            jobs_late_after: Duration::from_secs(300),
        }
    }
}

/// Who is looked at.
pub struct Sources {
    /// Without it no request can be answered. The one that keeps tasks, and no copies beside it.
    pub store: Arc<dyn TaskRepository>,
    /// Without it the service is slower.
    pub cache: Option<Arc<dyn CacheStore>>,
    /// Without it nobody is told.
    pub queue: Arc<dyn JobQueue>,
    /// Says how old jobs are.
    pub clock: Arc<dyn Clock>,
}

/// What is answered, and what finds it out. The second belongs into the background of the service.
pub fn open(sources: Sources, policy: Policy) -> (Readiness, Checks) {
    let cache = sources.cache.as_ref().map(|_| CACHE);
    let unknown = [STORE, JOBS].into_iter().chain(cache);
    let (known, seen) = watch::channel(unknown.map(|name| (name, State::Unknown)).collect());
    let readiness = Readiness {
        seen,
        patience: policy.patience,
    };
    let checks = Checks {
        sources,
        policy,
        known,
        metrics: Metrics::default(),
    };
    (readiness, checks)
}

/// How a dependency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody has looked yet.
    Unknown,
    Up,
    /// It answers, and does not keep up.
    Late,
    Away,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Up => "up",
            Self::Late => "late",
            Self::Away => "away",
        }
    }
}

type Seen = BTreeMap<&'static str, State>;

/// Whether the service should be sent work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nobody knows yet.
    Starting,
    Ready,
    /// Yes: nobody else would do better, or fail less.
    Degraded,
    Unavailable,
}

/// What is known of the dependencies. Clones know the same.
#[derive(Debug, Clone)]
pub struct Readiness {
    seen: watch::Receiver<Seen>,
    patience: Duration,
}

impl Readiness {
    /// What is known, with a word for each dependency.
    pub(crate) async fn verdict(&self) -> (Verdict, BTreeMap<&'static str, &'static str>) {
        let mut seen = self.seen.clone();
        let all_known = |seen: &Seen| !seen.values().any(|it| *it == State::Unknown);
        let known = time::timeout(self.patience, seen.wait_for(all_known)).await;
        // Whether they are all known, or time is up, or nobody looks any more: what there is, is the answer.
        drop(known);
        let seen = self.seen.borrow().clone();
        let verdict = match seen.get(STORE) {
            Some(State::Up | State::Late) => match seen.values().all(|it| *it == State::Up) {
                true => Verdict::Ready,
                false => Verdict::Degraded,
            },
            Some(State::Away) => Verdict::Unavailable,
            Some(State::Unknown) | None => Verdict::Starting,
        };
        let words = seen.iter().map(|(name, it)| (*name, it.word()));
        (verdict, words.collect())
    }
}

/// Looks at the dependencies, again and again.
pub struct Checks {
    sources: Sources,
    policy: Policy,
    known: watch::Sender<Seen>,
    metrics: Metrics,
}

impl Checks {
    /// The same, with what is known in `metrics`, too.
    #[must_use]
    pub fn observed(self, metrics: Metrics) -> Self {
        Self { metrics, ..self }
    }

    /// Looks until `stop` completes.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        // Each for itself: one that does not answer keeps nobody from seeing the others.
        let all = async {
            tokio::join!(
                self.follow(STORE, || self.store()),
                self.follow(JOBS, || self.jobs()),
                async {
                    if let Some(cache) = &self.sources.cache {
                        self.follow(CACHE, || removed(&**cache)).await;
                    }
                },
            )
        };
        tokio::select! {
            () = stop => {}
            _ = pin!(all) => {}
        }
    }

    async fn follow<'a>(&'a self, name: &'static str, look: impl Fn() -> Pending<'a, State>) {
        let mut every = time::interval(self.policy.every.max(Duration::from_millis(1)));
        // Late is late: to catch up would be a load just when there is too much of it.
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut held = State::Unknown;
        let mut against = 0;
        let mut last = held;
        loop {
            every.tick().await;
            let looked = time::timeout(self.policy.patience, look()).await;
            let looked =
                looked.unwrap_or_else(|late| Err(StoreError::unavailable("wait for it", late)));
            let now = *looked.as_ref().unwrap_or(&State::Away);
            against = match now {
                _ if now == held => 0,
                _ if now == last => against + 1,
                _ => 1,
            };
            last = now;
            // What is seen first is held against nothing.
            if against == 0 || (held != State::Unknown && against < self.policy.turns) {
                continue;
            }
            (held, against) = (now, 0);
            self.tell(name, looked);
        }
    }

    /// With its cause for whoever runs it, and as a word for everybody else.
    fn tell(&self, name: &'static str, looked: Result<State, StoreError>) {
        let state = match &looked {
            Ok(State::Late) => {
                warn!(dependency = name, "a dependency does not keep up");
                State::Late
            }
            Ok(state) => {
                info!(dependency = name, "a dependency is there");
                *state
            }
            Err(error) => {
                let error = telemetry::chain(error);
                warn!(dependency = name, error, "a dependency is away");
                State::Away
            }
        };
        self.metrics.dependency(name, state == State::Up);
        self.known.send_modify(|seen| {
            seen.insert(name, state);
        });
    }

    /// Asks for a task that nobody has, and so goes the way of a request: through the pool, to the tables.
    fn store(&self) -> Pending<'_, State> {
        let found = self.sources.store.find(UserId::new(0), TaskId::new(0));
        Box::pin(async { found.await.map(|_| State::Up) })
    }

    fn jobs(&self) -> Pending<'_, State> {
        let asked = self.sources.queue.backlog();
        Box::pin(async {
            let oldest = asked.await?.and_then(|backlog| backlog.oldest);
            let now = self.sources.clock.now().millis();
            // By age and not by number: ten thousand are few for who does a thousand in a second.
            let age = oldest.map_or(0, |left| now.saturating_sub(left.millis()));
            let late = Duration::from_millis(age) > self.policy.jobs_late_after;
            Ok(if late { State::Late } else { State::Up })
        })
    }
}

/// Not by a look: that leaves a lease, which takes a copy's place.
fn removed(cache: &dyn CacheStore) -> Pending<'_, State> {
    let removed = cache.remove(NOBODYS);
    Box::pin(async { removed.await.map(|()| State::Up) })
}
