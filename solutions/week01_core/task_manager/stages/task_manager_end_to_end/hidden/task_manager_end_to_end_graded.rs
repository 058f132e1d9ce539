//! Stage 8: four more mistakes.

#![cfg(unix)]

#[allow(dead_code, reason = "each test file uses its own part")]
mod lab {
    include!("support/lab.rs");
}
mod suite;
#[allow(dead_code, reason = "each test file uses its own part")]
mod trial {
    include!("support/trial.rs");
}

use trial::assert_is_found;

/// The test as which the lab starts this file again.
const HOST: &str = "a_program_that_knows_no_greek_is_found";

#[test]
fn a_program_that_knows_no_greek_is_found() {
    lab::serve_if_asked(Vec::new);
    assert_is_found(
        lab::program::<{ lab::ASCII }>,
        "where no locale says UTF-8, as under cron, titles in Greek are listed as question marks",
    );
}

#[test]
fn a_listing_that_migrates_is_found() {
    assert_is_found(
        lab::program::<{ lab::LISTING_MIGRATES }>,
        "whoever looks at an old list replaces it, and the old release next door can no longer read it",
    );
}

#[test]
fn a_migration_without_a_copy_is_found() {
    assert_is_found(
        lab::program::<{ lab::NO_COPY }>,
        "the first change of an old file leaves no copy of it",
    );
}

#[test]
fn a_later_release_that_is_overwritten_is_found() {
    assert_is_found(
        lab::program::<{ lab::LATER_IS_TODAY }>,
        "the list of a later release is taken for an empty one, and the next task is written over it",
    );
}
