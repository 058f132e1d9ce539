//! What there is to count, of each change of a job: how attempts end, and how long jobs take. No storage and no text.

use std::collections::BTreeMap;

use crate::job::{Job, State};
use crate::time::Timestamp;

/// The upper bounds, in milliseconds, of the classes that latencies are counted in.
pub(crate) const BOUNDS: [u64; 6] = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000];

/// One thing that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Count {
    Leases,
    Completed,
    Failed,
    Expired,
    Returned,
    Cancelled,
    /// Jobs whose latency is in that class; the last is above all bounds.
    Took(usize),
    /// The sum of all latencies.
    TookMillis,
}

/// Since the store was made.
pub(crate) type Tally = BTreeMap<Count, u64>;

impl Count {
    /// How attempts end: each in one of these.
    pub(crate) const OUTCOMES: [Self; 5] = [
        Self::Completed,
        Self::Failed,
        Self::Expired,
        Self::Returned,
        Self::Cancelled,
    ];

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let classes = (0..=BOUNDS.len()).map(Self::Took);
        [Self::Leases, Self::TookMillis]
            .into_iter()
            .chain(Self::OUTCOMES)
            .chain(classes)
    }

    /// Stays as it is: files have it.
    pub(crate) fn name(self) -> String {
        let name = match self {
            Self::Leases => "leases",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Returned => "returned",
            Self::Cancelled => "cancelled",
            Self::TookMillis => "took_ms",
            Self::Took(class) => return format!("took_{class}"),
        };
        name.to_owned()
    }
}

/// What to add for the change from `before` to `after`, which was made at `now`.
///
/// By what has changed and not by what was asked: an answer that is repeated changes nothing, and counts for nothing.
pub(crate) fn steps(before: &Job, after: &Job, now: Timestamp) -> Vec<(Count, u64)> {
    let mut steps = Vec::new();
    if before.fence() != after.fence() {
        steps.push((Count::Leases, 1));
    }
    let State::Leased { until } = before.stored() else {
        return steps;
    };
    let outcome = match after.stored() {
        // Whatever has followed: the lease was over by then.
        _ if *until <= now => Count::Expired,
        State::Leased { .. } => return steps,
        State::Done { at } => {
            let took = at.millis().saturating_sub(after.created().millis());
            let class = BOUNDS.partition_point(|bound| *bound < took);
            steps.extend([(Count::Took(class), 1), (Count::TookMillis, took)]);
            Count::Completed
        }
        State::Cancelled { .. } => Count::Cancelled,
        _ if after.attempts() < before.attempts() => Count::Returned,
        _ => Count::Failed,
    };
    steps.push((outcome, 1));
    steps
}
