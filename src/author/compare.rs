//! What can be seen by holding the reference against the starter.

use std::collections::BTreeSet;
use std::path::Path;

use super::bar::Bar;
use super::leftover::leftovers;
use super::signatures::signatures;
use super::trial::{Proof, Role, Trial};
use crate::course::{Exercise, Solution};

/// What starter and reference have to have in common, and what not.
pub(super) fn compare(
    root: &Path,
    exercise: &Exercise,
    solution: &Solution,
    trials: &[Trial],
) -> Vec<Proof> {
    let find = |role| trials.iter().find(|trial| trial.role() == role);
    let (Some(starter), Some(reference)) = (find(Role::Starter), find(Role::Reference)) else {
        return Vec::new();
    };
    let (before, after) = (starter.owned(), reference.owned());
    let mut found: Vec<Proof> = leftovers(root, exercise, &before, &after)
        .into_iter()
        .map(|what| reference.complaint(what))
        .collect();
    if !Bar::of(exercise).manners {
        return found;
    }
    let (before, after) = match (signatures(&before), signatures(&after)) {
        (Ok(before), Ok(after)) => (before, after),
        (Err(what), _) => return vec![starter.complaint(what)],
        (_, Err(what)) => return vec![reference.complaint(what)],
    };
    // A later stage builds on what is there; that it adds to it is the point.
    let differ = if exercise.before.is_some() {
        !before.is_subset(&after)
    } else {
        before != after
    };
    if differ && solution.changes_api.is_none() {
        let advice = "if that is the exercise, `changes_api` in solution.toml says why";
        let only =
            |these: &BTreeSet<String>, those| these.difference(those).next().map(|it| tidy(it));
        let what = match (only(&before, &after), only(&after, &before)) {
            (Some(old), Some(new)) => format!("has `{new}` where the starter has `{old}`"),
            (Some(old), None) => format!("has lost `{old}`"),
            (None, new) => format!("has `{}`, which the starter lacks", new.unwrap_or_default()),
        };
        found.push(reference.complaint(format!("{what}; {advice}")));
    } else if !differ && solution.changes_api.is_some() {
        let what = "says `changes_api`, and the public signatures are those of the starter";
        found.push(Proof {
            candidate: "solution.toml".to_owned(),
            ..reference.complaint(what.to_owned())
        });
    }
    found
}

/// A signature as people write it.
fn tidy(tokens: &str) -> String {
    let mut text = tokens.to_owned();
    for (spaced, tight) in [
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" ,", ","),
        (" :", ":"),
        ("& ", "&"),
        ("[ ", "["),
        (" ]", "]"),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}
