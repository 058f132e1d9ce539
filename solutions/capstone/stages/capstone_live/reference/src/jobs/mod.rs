//! Work in the background: claims jobs, has them done, and answers for them.
//!
//! Nothing is spawned. All jobs of a [`Workers`] are polled by its one future, so whoever drops that has dropped them,
//! and nobody has to ask whether something still runs.

mod policy;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use futures_util::{FutureExt, future};
use tokio::time::{self, Instant};
use tracing::{Instrument, error, info, info_span, warn};

use crate::domain::Timestamp;
use crate::ports::{Clock, Dice, Held, JobQueue, Leased, Notifier, Receipt, Undelivered};
use crate::telemetry;

pub use policy::Policy;

/// Does the jobs of a queue, some at a time.
pub struct Workers {
    queue: Arc<dyn JobQueue>,
    notifier: Arc<dyn Notifier>,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
    policy: Policy,
}

/// What came of an attempt.
enum Outcome {
    Done,
    /// To be tried again, if attempts are left.
    Failed(String),
    Hopeless(String),
    /// The job is not ours any more.
    Lost,
}

impl Workers {
    /// Workers who take from `queue` and tell `notifier`.
    pub fn new(
        queue: Arc<dyn JobQueue>,
        notifier: Arc<dyn Notifier>,
        clock: Arc<dyn Clock>,
        dice: Arc<dyn Dice>,
        policy: Policy,
    ) -> Self {
        Self {
            queue,
            notifier,
            clock,
            dice,
            policy,
        }
    }

    /// Works until `stop` completes, and then until what was begun is finished.
    ///
    /// If the future is dropped, so is every job that it was at. Those come back when their leases end.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut busy = FuturesUnordered::new();
        let workers = self.policy.workers.max(1);
        let mut away = false;
        while stop.as_mut().now_or_never().is_none() {
            let wait = if busy.len() < workers {
                // Not given up when `stop` completes: a claim that is dropped on its way may have been granted, and
                // would keep its job from everybody until the lease ends.
                let claim = self.queue.claim(self.clock.now(), self.lease_end());
                let claimed = alongside(claim, &mut busy).await;
                if away && claimed.is_ok() {
                    info!("jobs can be claimed again");
                }
                // Once, and not with each `poll`: an hour without a database would be four lines a second.
                if let Err(error) = &claimed
                    && !away
                {
                    error!(error = telemetry::chain(error), "no job can be claimed");
                }
                away = claimed.is_err();
                match claimed {
                    Ok(Some(leased)) => {
                        busy.push(self.work(leased));
                        continue;
                    }
                    Ok(None) => Wait::Arrival,
                    Err(_) => Wait::Recovery,
                }
            } else {
                Wait::Worker
            };
            tokio::select! {
                () = &mut stop => break,
                Some(()) = busy.next() => {}
                () = self.queue.arrived(), if wait == Wait::Arrival => {}
                () = time::sleep(self.policy.poll), if wait != Wait::Worker => {}
            }
        }
        while busy.next().await.is_some() {}
    }

    async fn work(&self, leased: Leased) {
        let Receipt { job, attempt } = leased.receipt;
        let span = info_span!("job", job = job.get(), attempt, key = leased.notice.key());
        self.work_in_span(leased).instrument(span).await;
    }

    async fn work_in_span(&self, leased: Leased) {
        let receipt = leased.receipt;
        let attempts = self.policy.attempts;
        // Its workers have all had their attempt, and none has lived to say what came of it. What kills a worker is
        // not given to the next one for ever.
        let outcome = if receipt.attempt > attempts {
            Outcome::Hopeless(format!(
                "it was handed out {attempts} times, and the last worker did not come back"
            ))
        } else {
            self.attempt(&leased).await
        };
        let answer = match outcome {
            Outcome::Done => self.queue.complete(receipt),
            Outcome::Failed(reason) if receipt.attempt < attempts => {
                let wait = self.dice.up_to(self.policy.longest_wait(receipt.attempt));
                warn!(reason, wait_ms = millis(wait), "the job is tried again");
                self.queue
                    .retry(receipt, after(self.clock.now(), wait), reason)
            }
            Outcome::Failed(reason) | Outcome::Hopeless(reason) => {
                error!(reason, "the job is not tried again");
                self.queue.bury(receipt, reason)
            }
            Outcome::Lost => {
                warn!("the lease was lost, and with it the job");
                return;
            }
        };
        match answer.await {
            Ok(Held::Kept) => {}
            Ok(Held::Lost) => warn!("the answer came too late: somebody else has the job"),
            // It comes back when the lease ends, with the same key.
            Err(error) => error!(error = telemetry::chain(&error), "the job has no answer"),
        }
    }

    /// Has the job done, for as long as it is ours and its time is not up.
    async fn attempt(&self, leased: &Leased) -> Outcome {
        let key = leased.notice.key();
        // In a block of its own, so that a panic before the first await is caught, too.
        let delivery = async { self.notifier.notify(&key, &leased.notice).await };
        tokio::select! {
            // In this order: what has been done is done, even if the time is up.
            biased;
            ended = AssertUnwindSafe(delivery).catch_unwind() => match ended {
                Ok(Ok(())) => Outcome::Done,
                Ok(Err(error @ Undelivered::Later(_))) => Outcome::Failed(telemetry::chain(&error)),
                Ok(Err(error @ Undelivered::Never(_))) => Outcome::Hopeless(telemetry::chain(&error)),
                Err(panic) => Outcome::Failed(format!("it panicked: {}", text_of(&*panic))),
            },
            () = time::sleep(self.policy.limit) => {
                Outcome::Failed(format!("it took longer than {:?}", self.policy.limit))
            }
            () = self.until_lost(leased.receipt) => Outcome::Lost,
        }
    }

    /// Extends the lease again and again, and completes when it is lost.
    async fn until_lost(&self, receipt: Receipt) {
        // Two more can fail before the lease ends.
        let beat = self.policy.lease / 3;
        let mut ours_until = Instant::now() + self.policy.lease;
        loop {
            time::sleep_until(ours_until.min(Instant::now() + beat)).await;
            let asked = Instant::now();
            let extended = self.queue.extend(receipt, self.lease_end());
            match time::timeout_at(ours_until, extended).await {
                Ok(Ok(Held::Kept)) => ours_until = asked + self.policy.lease,
                Ok(Ok(Held::Lost)) | Err(_) => return,
                // The queue may be back in time for the next beat, if there is one.
                Ok(Err(error)) => {
                    let error = telemetry::chain(&error);
                    warn!(error, "the lease can't be extended");
                    if Instant::now() >= ours_until {
                        return;
                    }
                }
            }
        }
    }

    fn lease_end(&self) -> Timestamp {
        after(self.clock.now(), self.policy.lease)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// There is nothing to do.
    Arrival,
    /// The queue does not answer.
    Recovery,
    /// All are busy.
    Worker,
}

/// Awaits `answer`, while what is `busy` goes on.
async fn alongside<T>(
    answer: impl Future<Output = T>,
    busy: &mut FuturesUnordered<impl Future<Output = ()>>,
) -> T {
    let mut answer = pin!(answer);
    loop {
        match future::select(&mut answer, busy.next()).await {
            future::Either::Left((answer, _)) => return answer,
            future::Either::Right((Some(()), _)) => {}
            // An empty set is at its end at once, each time.
            future::Either::Right((None, _)) => return answer.await,
        }
    }
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    Timestamp::from_millis(now.millis().saturating_add(millis(wait)))
}

fn millis(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

/// What a panic has said, if it was a text.
fn text_of(panic: &(dyn Any + Send)) -> &str {
    let fixed = panic.downcast_ref::<&str>().copied();
    fixed
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text")
}
