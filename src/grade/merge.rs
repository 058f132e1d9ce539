//! Brings the results of shards together: in any order, any number of times, with the same end.

use std::cmp::Ordering;

use super::record::{Grade, Outcome};
use super::store::{Store, StoreError};

/// How a merge went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// Results that came in or took the place of others.
    pub taken: usize,
    /// Results that were there already, or better.
    pub kept: usize,
}

/// Takes another folder's results in.
///
/// # Errors
///
/// If a result can't be written.
pub fn merge(into: &mut Store, from: &Store) -> Result<Merged, StoreError> {
    let mut merged = Merged::default();
    for grade in from.grades() {
        let known = into.find(&grade.submission, &grade.exercise);
        if known.is_none_or(|known| compare(grade, known) == Ordering::Greater) {
            into.put(grade.clone())?;
            merged.taken += 1;
        } else {
            merged.kept += 1;
        }
    }
    Ok(merged)
}

/// Which of two results for the same thing is the one to keep: a judgement before none; then the stronger
/// box and trust; then, of two that are worth the same, always the same one.
fn compare(one: &Grade, other: &Grade) -> Ordering {
    let rank = |grade: &Grade| {
        let judged = match grade.outcome {
            Outcome::CouldNotJudge { .. } => 0,
            Outcome::NotRun { .. } => 1,
            Outcome::Passed | Outcome::Failed { .. } => 2,
        };
        (judged, grade.trust, grade.walls)
    };
    let text = |grade: &Grade| serde_json::to_string(grade).unwrap_or_default();
    rank(one)
        .cmp(&rank(other))
        .then_with(|| text(one).cmp(&text(other)))
}
