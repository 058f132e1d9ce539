//! Workers: they claim jobs, have them handled, and say what came of it.
//!
//! Architecture invariant: a place claims a job only when it can begin it. So nothing that is leased waits here.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet, spawn_blocking};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use crate::backoff::{Backoff, Random, SystemRandom};
use crate::clock::Clock;
use crate::job::{Change, Fence, Job, JobId, Next, Refused};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Why a handler has not done its job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    why: String,
    for_good: bool,
    not_before: Duration,
}

impl Failure {
    /// For the job's history. Not for secrets.
    pub fn new(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            for_good: false,
            not_before: Duration::ZERO,
        }
    }

    /// Each further attempt would fail as well.
    pub fn for_good(self) -> Self {
        Self {
            for_good: true,
            ..self
        }
    }

    /// There is no sense in an attempt before that has passed: what `Retry-After` said, for example.
    pub fn not_before(self, pause: Duration) -> Self {
        Self {
            not_before: pause,
            ..self
        }
    }

    pub fn why(&self) -> &str {
        &self.why
    }
}

/// Workers that run. Dropped without [`drain`](Self::drain), they end at once: handlers are cancelled where they are, and
/// their leases run out.
#[derive(Debug)]
pub struct Workers {
    /// Until when handlers may go on, once nothing new is begun.
    stop: watch::Sender<Option<Instant>>,
    places: JoinSet<()>,
}

/// What workers need.
#[derive(Clone)]
pub struct WorkersBuilder {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    places: NonZeroUsize,
    lease: Duration,
    poll: Duration,
    retry: Retry,
    random: Arc<dyn Random>,
}

/// How long a failed job waits.
#[derive(Debug, Clone, Copy)]
enum Retry {
    Fixed(Duration),
    Backoff(Backoff),
}

impl WorkersBuilder {
    /// So many jobs are handled at the same time. Four, if nobody says.
    pub fn places(self, places: NonZeroUsize) -> Self {
        Self { places, ..self }
    }

    /// So long others wait for a worker that has died. Half a minute, if nobody says.
    pub fn lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// An idle place asks so often. A second, if nobody says.
    pub fn poll(self, poll: Duration) -> Self {
        Self { poll, ..self }
    }

    /// A failed job is ready again after that. A second, if nobody says.
    pub fn pause(self, pause: Duration) -> Self {
        let retry = Retry::Fixed(pause);
        Self { retry, ..self }
    }

    /// A failed job is ready again after a pause that grows with its attempts. In place of `pause`.
    pub fn backoff(self, backoff: Backoff) -> Self {
        let retry = Retry::Backoff(backoff);
        Self { retry, ..self }
    }

    /// Where the jitter comes from. The machine, if nobody says.
    pub fn random(self, random: Arc<dyn Random>) -> Self {
        Self { random, ..self }
    }

    /// Begins. What the handler gets is the job as it was claimed.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn start<F, H>(self, handler: F) -> Workers
    where
        F: Fn(Job) -> H + Send + Sync + 'static,
        H: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let (stop, stopping) = watch::channel(None);
        let count = self.places.get();
        let shared = Arc::new(Shared {
            settings: self,
            handler,
        });
        let mut places = JoinSet::new();
        for _ in 0..count {
            let (shared, stopping) = (Arc::clone(&shared), stopping.clone());
            places.spawn(async move { shared.place(stopping).await });
        }
        Workers { stop, places }
    }
}

impl Workers {
    pub fn builder(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> WorkersBuilder {
        WorkersBuilder {
            store,
            clock,
            places: NonZeroUsize::MIN.saturating_add(3),
            lease: Duration::from_secs(30),
            poll: Duration::from_secs(1),
            retry: Retry::Fixed(Duration::from_secs(1)),
            random: Arc::new(SystemRandom),
        }
    }

    /// Begins nothing more, and waits for what has begun, for at most `within`. Handlers that are not done then are
    /// cancelled, and their jobs are ready for others at once.
    pub async fn drain(mut self, within: Duration) {
        let now = Instant::now();
        // A century is for ever, and overflows nothing.
        let century = Duration::from_secs(100 * 365 * 86_400);
        self.stop.send_replace(Some(now + within.min(century)));
        while self.places.join_next().await.is_some() {}
    }
}

struct Shared<F> {
    settings: WorkersBuilder,
    handler: F,
}

/// A handler's task. A task and not a future in the place: its panic ends there, and where it blocks the thread, the
/// heart still beats.
struct Running(JoinHandle<Result<(), Failure>>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What is known of a job that is over.
enum Ended {
    Done,
    /// What follows is decided once, however often it has to be said.
    Failed {
        why: String,
        next: Next,
    },
    /// At the drain's deadline.
    Interrupted,
}

impl<F, H> Shared<F>
where
    F: Fn(Job) -> H + Send + Sync + 'static,
    H: Future<Output = Result<(), Failure>> + Send + 'static,
{
    /// One job after the other, until the workers are to stop.
    async fn place(self: Arc<Self>, mut stop: watch::Receiver<Option<Instant>>) {
        let stopped = |stop: &watch::Receiver<Option<Instant>>| stop.borrow().is_some();
        while !stopped(&stop) {
            // Never in a `select!` with the stop: a claim that nobody waits for any more is made all the same.
            match self.claim().await {
                Ok(Some(job)) if stopped(&stop) => self.give_back(&job).await,
                Ok(Some(job)) => Self::run(&self, job, &mut stop).await,
                // A store that is away is a reason to ask later, and none to end.
                Ok(None) | Err(_) => {
                    tokio::select! {
                        () = sleep(self.settings.poll) => {}
                        _ = stop.changed() => {}
                    }
                }
            }
        }
    }

    async fn run(shared: &Arc<Self>, job: Job, stop: &mut watch::Receiver<Option<Instant>>) {
        let (id, Some(fence)) = (job.id(), job.fence()) else {
            return;
        };
        let attempt = job.attempts();
        let lease = shared.settings.lease;
        // Two heartbeats may get lost before others take the job for orphaned.
        let mut beat = interval((lease / 3).max(Duration::from_millis(1)));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        beat.tick().await;
        let this = Arc::clone(shared);
        // The handler is called in the task, too: it may panic before it has made a future.
        let mut running = Running(tokio::spawn(async move { (this.handler)(job).await }));
        let ended = loop {
            tokio::select! {
                ended = &mut running.0 => break match ended {
                    Ok(Ok(())) => Ended::Done,
                    Ok(Err(failure)) => shared.failed(attempt, failure),
                    Err(error) => shared.failed(attempt, Failure::new(panicked(error))),
                },
                _ = beat.tick() => {
                    let extend = Change::Extend { fence, length: lease };
                    // Of an error nothing follows: the lease may hold, and the next beat will tell.
                    if let Ok(Err(_lost)) = shared.change(id, extend).await {
                        // Another has it, or will have. What is dropped here is cancelled.
                        return;
                    }
                }
                () = deadline(stop) => {
                    running.0.abort();
                    // Until it has really ended: its job is to be ready for others then.
                    let _ = (&mut running.0).await;
                    break Ended::Interrupted;
                }
            }
        };
        shared.report(id, fence, ended, stop).await;
    }

    fn failed(&self, attempt: u32, failure: Failure) -> Ended {
        let next = if failure.for_good {
            Next::Never
        } else {
            let pause = match &self.settings.retry {
                Retry::Fixed(pause) => *pause,
                Retry::Backoff(backoff) => backoff.pause(attempt, &*self.settings.random),
            };
            let pause = failure.not_before.max(pause);
            let at = self.settings.clock.now().after(pause);
            Next::Again { at }
        };
        let why = failure.why;
        Ended::Failed { why, next }
    }

    /// Says it until the store has heard it, or it is too late.
    async fn report(
        &self,
        id: JobId,
        fence: Fence,
        ended: Ended,
        stop: &mut watch::Receiver<Option<Instant>>,
    ) {
        loop {
            let now = self.settings.clock.now();
            let change = match &ended {
                Ended::Done => Change::Complete { fence },
                Ended::Failed { why, next } => Change::Fail {
                    fence,
                    why: why.clone(),
                    next: *next,
                },
                // An attempt all the same: a job that outlasts each deployment is to be noticed some day.
                Ended::Interrupted => Change::Fail {
                    fence,
                    why: "interrupted: its worker was stopped".to_owned(),
                    next: Next::Again { at: now },
                },
            };
            // Refused or not, the store has heard it. After an error it may have: a completion may be repeated, and
            // anything else is `Gone` then.
            if self.change(id, change).await.is_ok() {
                return;
            }
            tokio::select! {
                () = sleep(self.settings.poll) => {}
                () = deadline(stop) => return,
            }
        }
    }

    async fn give_back(&self, job: &Job) {
        if let Some(fence) = job.fence() {
            // If that fails, the lease runs out, and costs an attempt.
            let _ = self.change(job.id(), Change::GiveBack { fence }).await;
        }
    }

    async fn claim(&self) -> Result<Option<Job>, StoreError> {
        let lease = self.settings.lease;
        self.ask(move |store, now| store.claim(now, lease)).await
    }

    async fn change(&self, id: JobId, change: Change) -> Result<Result<Job, Refused>, StoreError> {
        self.ask(move |store, now| store.change(id, &change, now))
            .await
    }

    /// Asks the store on a thread that may block.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Store, Timestamp) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (store, now) = (Arc::clone(&self.settings.store), self.settings.clock.now());
        let answer = spawn_blocking(move || question(&*store, now)).await;
        answer.unwrap_or_else(|error| Err(StoreError::new("ask the store", error)))
    }
}

/// Completes at the end of a drain, and never without one.
async fn deadline(stop: &mut watch::Receiver<Option<Instant>>) {
    let until = match stop.wait_for(Option::is_some).await {
        Ok(until) => *until,
        Err(_) => None,
    };
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

fn panicked(error: tokio::task::JoinError) -> String {
    let Ok(panic) = error.try_into_panic() else {
        return "cancelled".to_owned();
    };
    let said = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panicked: {}", said.as_deref().unwrap_or("without a text"))
}
