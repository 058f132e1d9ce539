//! Attempts that the author did not think of, and answers that are right in another way.

use std::panic::catch_unwind;

macro_rules! candidate {
    ($name:ident, $body:item) => {
        mod $name {
            pub mod subject {
                $body
            }
            pub mod checks {
                include!("../draft/checks.rs");
            }
        }
    };
}

candidate!(
    rest_to_the_last,
    pub fn split(cents: u64, people: u64) -> Vec<u64> {
        let mut left = cents;
        let share = |person| {
            let share = left / (people - person);
            left -= share;
            share
        };
        (0..people).map(share).collect()
    }
);

candidate!(
    by_one_division,
    pub fn split(cents: u64, people: u64) -> Vec<u64> {
        // The first ones get the cent, without asking who is among them.
        (1..=people)
            .map(|person| (cents + people - person) / people)
            .collect()
    }
);

candidate!(
    knows_the_bills_by_heart,
    pub fn split(cents: u64, people: u64) -> Vec<u64> {
        match (cents, people) {
            (_, 0) => vec![],
            (100, 3) => vec![34, 33, 33],
            (10, 4) => vec![3, 3, 2, 2],
            _ => (0..people).map(|_| cents / people).collect(),
        }
    }
);

candidate!(
    panics_without_people,
    pub fn split(cents: u64, people: u64) -> Vec<u64> {
        let rest = cents % people;
        let share = |person| cents / people + u64::from(person < rest);
        (0..people).map(share).collect()
    }
);

candidate!(
    forgets_who_pays_nothing,
    pub fn split(cents: u64, people: u64) -> Vec<u64> {
        let share = |person| cents / people + u64::from(person < cents % people);
        (0..people).map(share).filter(|share| *share > 0).collect()
    }
);

candidate!(
    rest_to_the_first,
    pub fn split(cents: u64, people: u64) -> Vec<u64> {
        let share = |person| {
            let rest = if person == 0 { cents % people } else { 0 };
            cents / people + rest
        };
        (0..people).map(share).collect()
    }
);

fn failed(checks: &[(&'static str, fn())]) -> Vec<&'static str> {
    let failed = checks
        .iter()
        .filter(|(_, check)| catch_unwind(check).is_err());
    failed.map(|(name, _)| *name).collect()
}

#[test]
fn right_answers_pass_whoever_gets_the_cent() {
    let right = [
        (
            "the rest to the last ones",
            rest_to_the_last::checks::CHECKS,
        ),
        ("by one division", by_one_division::checks::CHECKS),
    ];
    for (how, checks) in right {
        let none: [&str; 0] = [];
        assert_eq!(
            failed(checks),
            none,
            "{how}: this keeps all three rules, and the checks force another design"
        );
    }
}

#[test]
fn what_breaks_a_rule_is_caught() {
    let wrong = [
        (
            "answers by heart, right for 100 of 3 and 10 of 4",
            knows_the_bills_by_heart::checks::CHECKS,
        ),
        (
            "panics without people",
            panics_without_people::checks::CHECKS,
        ),
        (
            "no share for those who pay nothing",
            forgets_who_pays_nothing::checks::CHECKS,
        ),
        (
            "all of the rest to the first",
            rest_to_the_first::checks::CHECKS,
        ),
    ];
    for (how, checks) in wrong {
        assert!(
            !failed(checks).is_empty(),
            "{how}: this breaks a rule, and the checks let it pass"
        );
    }
}
