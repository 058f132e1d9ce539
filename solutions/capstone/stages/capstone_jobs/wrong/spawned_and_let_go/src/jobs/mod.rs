//! Work in the background: claims jobs, has them done, and answers for them.

mod policy;

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tokio::time::{self, Instant};
use tracing::{Instrument, error, info_span, warn};

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
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let workers = self.policy.workers.max(1);
        let slots = Arc::new(Semaphore::new(workers));
        let this = Arc::new(self);
        loop {
            let slot = tokio::select! {
                biased;
                () = &mut stop => break,
                Ok(slot) = slots.clone().acquire_owned() => slot,
            };
            let claimed = this.queue.claim(this.clock.now(), this.lease_end()).await;
            match claimed {
                Ok(Some(leased)) => {
                    let this = this.clone();
                    tokio::spawn(async move {
                        this.work(leased).await;
                        drop(slot);
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => error!(error = telemetry::chain(&error), "no job can be claimed"),
            }
            drop(slot);
            tokio::select! {
                () = &mut stop => break,
                () = this.queue.arrived() => {}
                () = time::sleep(this.policy.poll) => {}
            }
        }
        // All slots are free when all jobs are done.
        let all = u32::try_from(workers).unwrap_or(u32::MAX);
        let _ = slots.acquire_many(all).await;
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
