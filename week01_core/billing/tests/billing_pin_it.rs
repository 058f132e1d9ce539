//! Runs the pins of `src/pins.rs` on the program, on two that are right in another way, and on thirteen with a mistake
//! that people make when they tidy up.

#![allow(
    clippy::duplicate_mod,
    reason = "each program is a crate in small, with all files but one in common"
)]

mod support;

use std::collections::BTreeSet;

use support::pins::PINS;
use support::{Program, assert_holds, broken};

#[path = "../lab/a_default_term/mod.rs"]
mod a_default_term;
#[path = "../lab/a_discount_on_everything/mod.rs"]
mod a_discount_on_everything;
#[path = "../lab/a_number_for_nothing/mod.rs"]
mod a_number_for_nothing;
#[path = "../lab/a_preview_bills/mod.rs"]
mod a_preview_bills;
#[path = "../lab/a_preview_counts/mod.rs"]
mod a_preview_counts;
#[path = "../lab/a_refused_plan_is_free/mod.rs"]
mod a_refused_plan_is_free;
#[path = "../lab/an_upgrade_forgets/mod.rs"]
mod an_upgrade_forgets;
#[path = "../lab/begun_is_not_charged/mod.rs"]
mod begun_is_not_charged;
#[path = "../lab/counted_as_its_class/mod.rs"]
mod counted_as_its_class;
#[path = "../lab/exact_to_the_cent/mod.rs"]
mod exact_to_the_cent;
#[path = "../lab/nothing_used_nothing_written/mod.rs"]
mod nothing_used_nothing_written;
#[path = "../lab/one_thousand_too_early/mod.rs"]
mod one_thousand_too_early;
#[path = "../lab/original/mod.rs"]
mod original;
#[path = "../lab/refuses_nonsense/mod.rs"]
mod refuses_nonsense;
#[path = "../lab/tax_of_the_first_day/mod.rs"]
mod tax_of_the_first_day;
#[path = "../lab/usage_is_set/mod.rs"]
mod usage_is_set;

/// Panics unless a pin breaks.
fn assert_is_found(program: Program, behaviour: &str) {
    // As long as a pin is wrong about the true program, what it says of another means nothing.
    assert_holds(original::run, "the program as it is");
    assert!(
        !broken(program).is_empty(),
        "all {} pins hold, and yet {behaviour}",
        PINS.len()
    );
}

#[test]
fn each_pin_says_in_its_name_what_it_holds() {
    let names: BTreeSet<&str> = PINS.iter().map(|pin| pin.name).collect();
    assert_eq!(
        names.len(),
        PINS.len(),
        "a name is all that you see when a pin breaks, so no two pins may share one"
    );
    let short: Vec<&&str> = (names.iter())
        .filter(|name| name.split_whitespace().count() < 3)
        .collect();
    assert!(
        short.is_empty(),
        "these names are no sentences about what the program does: {short:?}"
    );
}

#[test]
fn the_program_as_it_is_passes() {
    assert!(!PINS.is_empty(), "without a pin, nothing is held");
    assert_holds(original::run, "the program as it is");
    assert_holds(billing::run, "the crate");
}

#[test]
fn a_program_that_is_exact_to_the_cent_passes() {
    assert_holds(
        exact_to_the_cent::run,
        "a program without the errors of BILL-31 and BILL-33; a pin that it breaks has written a bug down as a promise",
    );
}

#[test]
fn a_program_that_refuses_nonsense_passes() {
    assert_holds(
        refuses_nonsense::run,
        "a program without BILL-40, which refuses numbers and days that make no sense; a pin that it breaks relies on them",
    );
}

#[test]
fn a_thousand_that_is_begun_is_found() {
    assert_is_found(
        begun_is_not_charged::run,
        "a team of 1 with 10,001 requests in a month pays for none of them above what is included",
    );
}

#[test]
fn a_full_thousand_is_found() {
    assert_is_found(
        one_thousand_too_early::run,
        "a metered customer with exactly 1,000 requests pays 0.60",
    );
}

#[test]
fn a_discount_on_usage_is_found() {
    assert_is_found(
        a_discount_on_everything::run,
        "an enterprise pays less for further requests than its contract says, since the discount is taken off everything",
    );
}

#[test]
fn an_enterprise_among_teams_is_found() {
    assert_is_found(
        counted_as_its_class::run,
        "the report has no line for enterprises: they are among the teams, at a price of their own",
    );
}

#[test]
fn a_default_term_is_found() {
    assert_is_found(
        a_default_term::run,
        "a metered customer has 14 days to pay in place of 7",
    );
}

#[test]
fn a_number_for_nothing_is_found() {
    assert_is_found(
        a_number_for_nothing::run,
        "each free customer leaves a gap in the numbers of invoices, and the tax office asks where they are",
    );
}

#[test]
fn a_month_without_requests_is_found() {
    assert_is_found(
        nothing_used_nothing_written::run,
        "a metered customer without a request gets no invoice, and the accounting waits for one over 0.00",
    );
}

#[test]
fn a_preview_in_the_report_is_found() {
    assert_is_found(
        a_preview_counts::run,
        "what was only previewed is in the report as sold",
    );
}

#[test]
fn a_preview_that_bills_is_found() {
    assert_is_found(
        a_preview_bills::run,
        "after a preview the invoice is short of all requests",
    );
}

#[test]
fn usage_that_is_set_is_found() {
    assert_is_found(
        usage_is_set::run,
        "of two usage lines in a month only the last one is charged",
    );
}

#[test]
fn an_upgrade_that_forgets_is_found() {
    assert_is_found(
        an_upgrade_forgets::run,
        "whoever changes the plan before the end of the month pays for no request before that",
    );
}

#[test]
fn the_tax_of_the_first_day_is_found() {
    assert_is_found(
        tax_of_the_first_day::run,
        "the new tax rate is on no invoice of an old customer",
    );
}

#[test]
fn a_refused_plan_is_found() {
    assert_is_found(
        a_refused_plan_is_free::run,
        "`plan acme teem 5` prints nothing, and acme gets no invoice any more",
    );
}
