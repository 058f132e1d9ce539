//! Stage 2: the learner's checks are run on the program, on two that are right in another way, and on thirteen with one
//! mistake each.

#[path = "support/lab.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod lab;
#[path = "support/trial.rs"]
mod trial;

use dunning::suite::{Program, checks};

const ORIGINAL: Program = lab::program::<{ lab::ORIGINAL }>;

fn assert_is_found(mutant: Program, behaviour: &str) {
    trial::assert_is_found(ORIGINAL, mutant, behaviour);
}

#[test]
fn each_check_says_in_its_name_what_holds() {
    assert!(!checks().is_empty(), "without a check nothing is held");
    trial::assert_names_are_sentences();
}

#[test]
fn the_program_as_it_is_passes() {
    assert!(!checks().is_empty(), "without a check nothing is held");
    trial::assert_holds(dunning::dun, "`dun`");
    trial::assert_holds(ORIGINAL, "the program as it was");
}

#[test]
fn what_is_expected_is_written_down() {
    let suite = include_str!("../src/suite.rs");
    let code = suite.lines().map(|line| match line.find("//") {
        Some(at) => &line[..at],
        None => line,
    });
    let words: Vec<&str> = code
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_'))
        .collect();
    assert!(
        !words.contains(&"dun"),
        "`src/suite.rs` asks `dun` what to expect. As soon as you change `dun`, such a check agrees with the change"
    );
}

#[test]
fn a_program_that_speaks_at_the_end_passes() {
    trial::assert_holds(
        lab::program::<{ lab::SPEAKS_AT_THE_END }>,
        "a program that says everything at the end, and saves the ledger even if nothing has changed. Both are nobody's business",
    );
}

#[test]
fn a_program_that_saves_each_time_passes() {
    trial::assert_holds(
        lab::program::<{ lab::SAVES_EACH_TIME }>,
        "a program that saves the ledger after each letter, which loses less when it is killed",
    );
}

#[test]
fn a_reminder_a_day_early_is_found() {
    assert_is_found(
        lab::program::<{ lab::A_DAY_EARLY }>,
        "private customers get their first reminder on the seventh day",
    );
}

#[test]
fn a_town_that_pays_fees_is_found() {
    assert_is_found(
        lab::program::<{ lab::TOWNS_PAY }>,
        "a town pays fees and interest from its second reminder on",
    );
}

#[test]
fn small_amounts_of_businesses_are_found() {
    assert_is_found(
        lab::program::<{ lab::SMALL_FOR_ALL }>,
        "a business that owes 4.99 gets no reminder any more",
    );
}

#[test]
fn fees_that_are_forgotten_are_found() {
    assert_is_found(
        lab::program::<{ lab::FEES_FORGOTTEN }>,
        "the second letter of a business does not ask for the 40.00 of the first",
    );
}

#[test]
fn interest_on_fees_is_found() {
    assert_is_found(
        lab::program::<{ lab::INTEREST_ON_FEES }>,
        "interest is taken on fees, which is against the law",
    );
}

#[test]
fn interest_since_the_last_letter_is_found() {
    assert_is_found(
        lab::program::<{ lab::INTEREST_SINCE_LAST }>,
        "interest counts from the last reminder, and begins anew each time",
    );
}

#[test]
fn a_saturday_is_found() {
    assert_is_found(
        lab::program::<{ lab::SATURDAYS }>,
        "a letter asks to pay by a Saturday, on which no bank does anything",
    );
}

#[test]
fn two_steps_in_one_night_are_found() {
    assert_is_found(
        lab::program::<{ lab::TWO_STEPS }>,
        "after a long night off, a customer gets the second reminder, with fees, and has never had a first",
    );
}

#[test]
fn a_line_that_is_lost_is_found() {
    assert_is_found(
        lab::program::<{ lab::BAD_LINES_LOST }>,
        "a line with a typing mistake is no longer in the ledger, and neither is the money",
    );
}

#[test]
fn a_dry_run_that_saves_is_found() {
    assert_is_found(
        lab::program::<{ lab::DRY_SAVES }>,
        "after a dry run the ledger says that letters were sent",
    );
}

#[test]
fn a_refused_letter_that_counts_is_found() {
    assert_is_found(
        lab::program::<{ lab::REFUSED_COUNTS }>,
        "on a full disk customers go from level to level without a letter",
    );
}

#[test]
fn a_held_customer_at_the_lawyer_is_found() {
    assert_is_found(
        lab::program::<{ lab::HELD_TO_THE_LAWYER }>,
        "a customer whose complaint is being looked at is handed to the lawyer",
    );
}

#[test]
fn a_ledger_of_one_kind_is_found() {
    assert_is_found(
        lab::program::<{ lab::ONLY_THESE_STAY }>,
        "after `--only private` the ledger has private customers only",
    );
}
