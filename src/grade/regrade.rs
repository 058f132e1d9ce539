//! What a changed policy changes, before it does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::points::{Score, Times, score};
use super::policy::Policy;
use super::record::Grade;

/// The points that were given out: what `grade regrade` compares with and `--apply` writes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The version of the format.
    pub version: u32,
    /// Every score, by submission and exercise.
    pub scores: Vec<Score>,
}

/// One score that is not what it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// Whose.
    pub submission: String,
    /// The exercise.
    pub exercise: String,
    /// What was given out; `None` if nothing was.
    pub before: Option<f64>,
    /// What it is now.
    pub after: Option<f64>,
}

impl Move {
    /// More than before.
    pub fn is_up(&self) -> bool {
        self.after.unwrap_or(0.0) > self.before.unwrap_or(0.0)
    }
}

/// The ledger that follows from these results.
pub fn ledger<'g>(
    grades: impl Iterator<Item = &'g Grade>,
    policy: &Policy,
    times: &Times,
) -> Ledger {
    let mut scores: Vec<Score> = grades.map(|grade| score(grade, policy, times)).collect();
    scores.sort_by(|a, b| (&a.submission, &a.exercise).cmp(&(&b.submission, &b.exercise)));
    Ledger { version: 1, scores }
}

/// Every score that differs.
pub fn moves(before: &Ledger, after: &Ledger) -> Vec<Move> {
    let known: BTreeMap<(&str, &str), Option<f64>> = (before.scores.iter())
        .map(|score| {
            (
                (score.submission.as_str(), score.exercise.as_str()),
                score.points,
            )
        })
        .collect();
    let changed = after.scores.iter().filter_map(|score| {
        let place = (score.submission.as_str(), score.exercise.as_str());
        let before = known.get(&place).copied().flatten();
        (before != score.points || !known.contains_key(&place)).then(|| Move {
            submission: score.submission.clone(),
            exercise: score.exercise.clone(),
            before,
            after: score.points,
        })
    });
    changed.collect()
}
