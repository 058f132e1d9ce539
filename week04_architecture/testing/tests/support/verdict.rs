// Puts clauses of a contract, and checks of a delivery, to the test.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dunning::contract::{Open, clauses};
use dunning::deliveries::{Deliver, checks};

use super::quiet::quietly;
use super::shops;

fn broken(name: &str, hold: impl FnOnce()) -> Option<String> {
    let panic = quietly(|| catch_unwind(AssertUnwindSafe(hold))).err()?;
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("(something that is no text)");
    Some(format!("{name:?}: {said}"))
}

pub fn broken_clauses(open: Open) -> Vec<String> {
    let clauses = clauses();
    assert!(!clauses.is_empty(), "without a clause nothing is promised");
    let said = clauses
        .iter()
        .filter_map(|clause| broken(clause.name, || (clause.holds)(open)));
    said.collect()
}

pub fn broken_checks(deliver: Deliver) -> Vec<String> {
    let checks = checks();
    assert!(!checks.is_empty(), "without a check nothing is held");
    let said = checks
        .iter()
        .filter_map(|check| broken(check.name, || (check.holds)(deliver)));
    said.collect()
}

#[track_caller]
pub fn assert_none(broken: &[String], what: &str) {
    assert!(broken.is_empty(), "{what}:\n{}", broken.join("\n"));
}

/// Panics if this shop keeps the learner's contract.
#[track_caller]
pub fn assert_is_no_shop(open: Open, behaviour: &str) {
    // A contract that the real shop breaks says nothing about another one.
    let real = broken_clauses(shops::letter_box);
    assert_none(&real, "clauses that the real shop does not keep");
    assert!(
        !broken_clauses(open).is_empty(),
        "all {} clauses hold of a shop of which this is true: {behaviour}",
        clauses().len()
    );
}

/// Panics if this delivery passes the learner's checks.
#[track_caller]
pub fn assert_delivers_badly(deliver: Deliver, behaviour: &str) {
    let right = broken_checks(shops::deliver::<{ shops::ONE_BY_ONE }>);
    assert_none(
        &right,
        "checks that do not hold of a delivery that is right",
    );
    assert!(
        !broken_checks(deliver).is_empty(),
        "all {} checks hold, and yet {behaviour}",
        checks().len()
    );
}

#[allow(dead_code, reason = "grading asks for no names")]
pub fn assert_names_are_sentences() {
    let mut names: Vec<&str> = clauses().iter().map(|clause| clause.name).collect();
    names.extend(checks().iter().map(|check| check.name));
    let different: BTreeSet<&str> = names.iter().copied().collect();
    assert!(
        names.len() > 1 && different.len() == names.len(),
        "a name is the first that you see when something breaks, so no two may share one: {names:?}"
    );
    let short: Vec<&&str> = (names.iter())
        .filter(|name| name.split_whitespace().count() < 4)
        .collect();
    assert!(
        short.is_empty(),
        "these names do not say what holds, in four words at least: {short:?}"
    );
}
