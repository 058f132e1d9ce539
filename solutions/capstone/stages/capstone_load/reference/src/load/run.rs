//! Puts a plan into practice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::histogram::Histogram;
use super::plan::{Due, Plan};
use super::report::Report;

/// Why a call has no answer where its caller has no patience left.
const TOO_LATE: &str = "no answer in time";
const PANICKED: &str = "panicked";

/// Whatever can be called.
pub trait Target: Send + Sync + 'static {
    /// Makes a call, and says what became of it. It may be dropped wherever it waits.
    fn send(&self, due: Due) -> impl Future<Output = Outcome> + Send;
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It has the answer that it wanted.
    Answered,
    /// It has another one, or none. In few words, the same for all of a kind.
    Failed(&'static str),
}

/// Makes all calls of the plan, each when it is due, whether those before it were answered or not: users do not wait for each
/// other. Latency is counted from when a call was due, so a service that stands still is seen by all who would have
/// come meanwhile. Returns when each call has ended, which is at most `patience` after the last was due.
///
/// Tokio's timer goes by milliseconds, so a call may begin up to one too late; that is a part of its latency, too.
pub async fn run<T: Target>(plan: &Plan, target: Arc<T>) -> Report {
    let places = Arc::new(Semaphore::new(plan.at_once));
    let begun = Instant::now();
    let mut calls = JoinSet::new();
    let mut ends = Ends::default();
    for due in plan.calls() {
        let intended = begun + due.at;
        sleep_until(intended).await;
        let (places, target) = (Arc::clone(&places), Arc::clone(&target));
        let given_up = intended + plan.patience;
        calls.spawn(async move {
            let call = async {
                // Those who wait here have come already. With a place for each there would be as many sockets as calls, and
                // it would be us who break first.
                let _place = places.acquire_owned().await;
                target.send(due).await
            };
            let outcome = timeout_at(given_up, call).await;
            (
                intended.elapsed(),
                outcome.unwrap_or(Outcome::Failed(TOO_LATE)),
            )
        });
        // What has ended is counted on the way, so that there is never more of it than is on its way.
        while let Some(ended) = calls.try_join_next() {
            ends.count(ended);
        }
    }
    while let Some(ended) = calls.join_next().await {
        ends.count(ended);
    }
    Report {
        plan: plan.clone(),
        took: begun.elapsed(),
        answered: ends.answered,
        failed: ends.failed,
    }
}

#[derive(Default)]
struct Ends {
    answered: Histogram,
    failed: BTreeMap<&'static str, u64>,
}

impl Ends {
    fn count<E>(&mut self, ended: Result<(Duration, Outcome), E>) {
        match ended {
            Ok((latency, Outcome::Answered)) => self.answered.record(latency),
            Ok((_, Outcome::Failed(why))) => *self.failed.entry(why).or_default() += 1,
            Err(_) => *self.failed.entry(PANICKED).or_default() += 1,
        }
    }
}
