//! Stage 8: two more mistakes.

#[allow(dead_code, reason = "each test file uses its own part")]
mod support {
    include!("support/mod.rs");
}
#[path = "../src/laws.rs"]
#[allow(dead_code, reason = "it is part of the library, too")]
mod laws;
#[allow(dead_code, reason = "each test file uses its own part")]
mod lab {
    include!("support/lab.rs");
}

use lab::assert_breaks;

#[test]
fn a_count_that_outlives_its_state_is_found() {
    assert_breaks::<{ lab::THE_COUNT_STAYS }>(
        "the count of failures is not started again when the circuit closes",
    );
}

#[test]
fn a_state_of_the_same_name_is_found() {
    assert_breaks::<{ lab::A_STATE_LIKE_MINE }>(
        "a result counts where the state has the name of the one that it began in, also if that is another time",
    );
}
