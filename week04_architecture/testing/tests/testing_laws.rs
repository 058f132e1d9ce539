//! Stage 4: the learner's laws, cases and shrinking.

#[path = "support/hunt.rs"]
mod hunt;
#[path = "support/lab.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod lab;
#[path = "support/nights.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod nights;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;
#[path = "support/trial.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod trial;

use dunning::laws::{Case, case, laws};
use dunning::suite::Program;
use hunt::{assert_keeps, broken, hunt};
use nights::Dice;
use support::{Paper, date};

const ORIGINAL: Program = lab::program::<{ lab::ORIGINAL }>;

fn assert_breaks(mutant: Program, behaviour: &str) {
    hunt::assert_breaks(ORIGINAL, mutant, behaviour);
}

#[test]
fn the_program_keeps_the_laws() {
    assert!(!laws().is_empty(), "without a law nothing is held");
    assert_keeps(dunning::dun, "`dun`");
    assert_keeps(ORIGINAL, "the program as it was");
    assert_keeps(
        lab::program::<{ lab::SPEAKS_AT_THE_END }>,
        "a program that says everything at the end, which is right,",
    );
    assert_keeps(
        lab::program::<{ lab::SAVES_EACH_TIME }>,
        "a program that saves the ledger after each letter, which is right,",
    );
}

#[test]
fn laws_hold_of_cases_that_others_make() {
    assert!(!laws().is_empty(), "without a law nothing is held");
    let kinds = ["private", "business", "public", "charity"];
    for seed in 0..200 {
        let mut dice = Dice(seed + 90_000);
        let today = date("2025-12-20") + dice.days(90);
        let ledger = nights::ledger(&mut dice, today, &kinds, 10);
        let flags = nights::flags(&mut dice, &kinds);
        let case = Case {
            today,
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
            ledger,
        };
        let said = trial::quietly(|| broken(ORIGINAL, &case));
        assert!(
            said.is_none(),
            "a law holds of your cases and not of this one, which you have not made: {case:#?}\n{}",
            said.unwrap_or_default()
        );
    }
}

/// All that a program leaves behind.
fn outcome(program: Program, case: &Case) -> String {
    let ledger: Vec<&str> = case.ledger.iter().map(String::as_str).collect();
    let flags: Vec<&str> = case.flags.iter().map(String::as_str).collect();
    let mut world = Paper::new(&case.today.to_string(), &ledger);
    let code = program(&flags, &mut world);
    format!("{code} {:?} {:?}", world.said, world.files)
}

#[test]
fn cases_come_near_the_edges() {
    let cases: Vec<Case> = (0..1_000).map(case).collect();
    assert_eq!(
        cases[7],
        case(7),
        "the case of seed 7 was expected to be the same each time, so that a failure can be repeated"
    );
    let edges: [(Program, &str); 10] = [
        (
            lab::program::<{ lab::A_DAY_EARLY }>,
            "a private customer on the seventh day after the due date",
        ),
        (
            lab::program::<{ lab::TOWNS_PAY }>,
            "a town that waits for its second reminder",
        ),
        (
            lab::program::<{ lab::SMALL_FOR_ALL }>,
            "a business that owes less than 5.00",
        ),
        (
            lab::program::<{ lab::FEES_FORGOTTEN }>,
            "a reminder for somebody who has paid fees before",
        ),
        (
            lab::program::<{ lab::SATURDAYS }>,
            "a letter ten days before a Saturday",
        ),
        (
            lab::program::<{ lab::BAD_LINES_LOST }>,
            "a line that makes no sense beside a letter",
        ),
        (
            lab::program::<{ lab::HELD_TO_THE_LAWYER }>,
            "somebody on hold who is ripe for the lawyer",
        ),
        (
            lab::program::<{ lab::DRY_SAVES }>,
            "a dry run with a letter in it",
        ),
        (
            lab::program::<{ lab::ONLY_THESE_STAY }>,
            "a run for one kind, with a letter and with other kinds",
        ),
        (
            lab::program::<{ lab::INTEREST_IN_32_BITS }>,
            "interest on an amount that is more than 32 bits can hold, times its days",
        ),
    ];
    for (mutant, what) in edges {
        assert!(
            (cases.iter()).any(|case| outcome(ORIGINAL, case) != outcome(mutant, case)),
            "1,000 cases, and in none of them is there {what}. No law can find there what it is never shown"
        );
    }
}

fn fields(line: &str) -> Vec<&str> {
    line.split(';').collect()
}

/// Hunts for a case in which this is so, and gives the smallest.
fn smallest(what: &str, is_so: fn(&Case) -> bool) -> Case {
    let found = hunt(2_000, &|case| is_so(case).then(String::new));
    let found = found.unwrap_or_else(|| panic!("2,000 cases, and in none of them is {what}"));
    found.case
}

#[test]
fn what_breaks_is_made_small() {
    let large = smallest("a private customer who owes 70.00 or more", |case| {
        case.ledger.iter().any(|line| {
            let fields = fields(line);
            fields.len() == 9
                && fields[2] == "private"
                && fields[3].parse::<u32>().is_ok_and(|open| open >= 7_000)
        })
    });
    assert_eq!(
        (large.ledger.len(), large.flags.len()),
        (1, 0),
        "lines and flags of the smallest case with a private customer who owes 70.00 or more: one line and no flag are enough, and \
         shrinking ends with {large:#?}"
    );
    let open = fields(&large.ledger[0])[3].parse::<u32>().unwrap_or(0);
    assert!(
        open < 14_000,
        "of amounts of 70.00 and more, shrinking was expected to get below 140.00, and ends at {open} cents"
    );
    let two = smallest("a town and a business", |case| {
        let has = |kind| (case.ledger.iter()).any(|line| fields(line).get(2) == Some(&kind));
        has("public") && has("business")
    });
    assert_eq!(
        (two.ledger.len(), two.flags.len()),
        (2, 0),
        "lines and flags of the smallest case with a town and a business: {two:#?}"
    );
    let dry = smallest("a dry run", |case| {
        case.flags.iter().any(|it| it == "--dry")
    });
    assert_eq!(
        (dry.ledger.len(), &dry.flags[..]),
        (0, &["--dry".to_owned()][..]),
        "lines and flags of the smallest case with a dry run: {dry:#?}"
    );
}

#[test]
fn interest_of_the_neighbour_is_found() {
    assert_breaks(
        lab::program::<{ lab::INTEREST_OF_THE_NEIGHBOUR }>,
        "whoever has no interest to pay gets that of the letter before",
    );
}

#[test]
fn a_row_lost_behind_a_bad_line_is_found() {
    assert_breaks(
        lab::program::<{ lab::A_BAD_LINE_TAKES_THE_NEXT }>,
        "the customer below a line that makes no sense gets no letter",
    );
}

#[test]
fn interest_that_overflows_is_found() {
    assert_breaks(
        lab::program::<{ lab::INTEREST_IN_32_BITS }>,
        "a large debt of a year costs less than nothing in interest",
    );
}

#[test]
fn a_sum_that_overflows_is_found() {
    assert_breaks(
        lab::program::<{ lab::SUM_IN_32_BITS }>,
        "on nights with large amounts the sum in the last line is not that of the letters",
    );
}

#[test]
fn a_letter_each_night_is_found() {
    assert_breaks(
        lab::program::<{ lab::EVERY_NIGHT_AGAIN }>,
        "towns get the same letter again, each night",
    );
}

#[test]
fn a_dry_run_that_says_less_is_found() {
    assert_breaks(
        lab::program::<{ lab::NO_LAWYER_ON_DRY_DAYS }>,
        "a dry run does not say who would go to the lawyer",
    );
}

#[test]
fn a_ledger_in_another_order_is_found() {
    assert_breaks(
        lab::program::<{ lab::SORTED }>,
        "after a run the ledger is sorted, and comments are far from what they are about",
    );
}
