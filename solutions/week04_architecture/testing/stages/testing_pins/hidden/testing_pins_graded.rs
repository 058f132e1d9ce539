//! Stage 2: two more mistakes.

#[allow(dead_code, reason = "each test file uses its own part")]
mod lab {
    include!("support/lab.rs");
}
mod trial {
    include!("support/trial.rs");
}

use dunning::suite::Program;

const ORIGINAL: Program = lab::program::<{ lab::ORIGINAL }>;

#[test]
fn a_lawyer_without_a_day_is_found() {
    trial::assert_is_found(
        ORIGINAL,
        lab::program::<{ lab::NO_DAY_FOR_THE_LAWYER }>,
        "the ledger does not say on which day a customer was handed to the lawyer",
    );
}

#[test]
fn a_date_for_each_row_is_found() {
    trial::assert_is_found(
        ORIGINAL,
        lab::program::<{ lab::A_DATE_PER_ROW }>,
        "a run that goes on past midnight has two dates",
    );
}
