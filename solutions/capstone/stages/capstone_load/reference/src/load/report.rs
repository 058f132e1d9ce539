//! What became of a load.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::histogram::Histogram;
use super::plan::Plan;

/// What became of a load.
#[derive(Clone)]
pub struct Report {
    /// What was to be asked.
    pub plan: Plan,
    /// From the beginning until nothing was on its way any more.
    pub took: Duration,
    /// How long answered calls took from when they were due, and no others: a refusal is quick, and no answer.
    pub answered: Histogram,
    /// How many calls had no answer, by why.
    pub failed: BTreeMap<&'static str, u64>,
}

/// What is kept of a report, and compared with that of another day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// What was to be asked.
    pub plan: Plan,
    /// How many calls were answered.
    pub answered: u64,
    /// How many were not.
    pub failed: u64,
    /// Answers in a second, until there was the last of them.
    pub per_second: f64,
    /// Half of the answers were there within that.
    pub p50: Duration,
    /// 99 of 100.
    pub p99: Duration,
    /// 999 of 1,000.
    pub p999: Duration,
    /// All.
    pub max: Duration,
}

impl Report {
    /// The figures. Latencies are 0 where nothing was answered.
    pub fn figures(&self) -> Figures {
        let within = |share| self.answered.within(share).unwrap_or_default();
        let answered = self.answered.count();
        let took = self.took.as_secs_f64();
        Figures {
            plan: self.plan.clone(),
            answered,
            failed: self.failed.values().sum(),
            per_second: if took > 0.0 {
                answered as f64 / took
            } else {
                0.0
            },
            p50: within(0.5),
            p99: within(0.99),
            p999: within(0.999),
            max: self.answered.max(),
        }
    }
}
