//! In which order to prove a course when there may not be time for all of it.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::changed::{ChangedError, ask, is_of};
use crate::course::Exercise;

/// So many commits are looked at. What none of them touched is the oldest.
const COMMITS: &str = "300";

/// By turns the exercise that git saw change last, and one drawn by lot. The lot is another one for every commit,
/// so what is never changed again is proven now and then too.
///
/// # Errors
///
/// If git can't tell what changed.
pub fn by_turns(
    root: &Path,
    exercises: &[Arc<Exercise>],
) -> Result<Vec<Arc<Exercise>>, ChangedError> {
    let log = [
        "log",
        "-n",
        COMMITS,
        "--format=",
        "--name-only",
        "--relative",
        "-z",
    ];
    let files = ask(root, "HEAD", &log)?;
    let commit = ask(root, "HEAD", &["rev-parse", "HEAD"])?;
    let mut newest: VecDeque<usize> = (0..exercises.len()).collect();
    let mut drawn = newest.clone();
    newest.make_contiguous().sort_by_cached_key(|&at| {
        let last = files.iter().position(|file| is_of(file, &exercises[at]));
        last.unwrap_or(files.len())
    });
    drawn.make_contiguous().sort_by_cached_key(|&at| {
        let mut hasher = Sha256::new();
        for part in &commit {
            hasher.update(part.as_os_str().as_encoded_bytes());
        }
        hasher.update(&exercises[at].id);
        hasher.finalize()
    });
    let order = take_turns(newest, drawn);
    Ok(order
        .into_iter()
        .map(|at| Arc::clone(&exercises[at]))
        .collect())
}

/// One of each in turn, and none twice. Both hold the same numbers.
fn take_turns(mut one: VecDeque<usize>, mut other: VecDeque<usize>) -> Vec<usize> {
    let mut order = Vec::new();
    while let Some(next) = one.pop_front() {
        if !order.contains(&next) {
            order.push(next);
            std::mem::swap(&mut one, &mut other);
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_orders_take_turns_and_nobody_comes_twice() {
        let order = take_turns([0, 1, 2, 3, 4].into(), [1, 4, 0, 3, 2].into());
        assert_eq!(order, [0, 1, 2, 4, 3]);
    }
}
