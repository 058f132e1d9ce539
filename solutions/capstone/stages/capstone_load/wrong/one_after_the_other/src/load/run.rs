//! Puts a plan into practice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::histogram::Histogram;
use super::plan::{Due, Plan};
use super::report::Report;

/// Why a call has no answer where its caller has no patience left.
const TOO_LATE: &str = "no answer in time";

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
    let begun = Instant::now();
    let mut ends = Ends::default();
    for due in plan.calls() {
        sleep_until(begun + due.at).await;
        let sent = Instant::now();
        let outcome = timeout(plan.patience, target.send(due)).await;
        let outcome = outcome.unwrap_or(Outcome::Failed(TOO_LATE));
        ends.count((sent.elapsed(), outcome));
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
    fn count(&mut self, (latency, outcome): (Duration, Outcome)) {
        match outcome {
            Outcome::Answered => self.answered.record(latency),
            Outcome::Failed(why) => *self.failed.entry(why).or_default() += 1,
        }
    }
}
