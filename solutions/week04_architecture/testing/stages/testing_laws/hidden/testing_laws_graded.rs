//! Stage 4: one more mistake.

mod hunt {
    include!("support/hunt.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod lab {
    include!("support/lab.rs");
}
#[allow(dead_code, reason = "each test file uses its own part")]
mod trial {
    include!("support/trial.rs");
}

#[test]
fn marks_that_are_lost_are_found() {
    hunt::assert_breaks(
        lab::program::<{ lab::ORIGINAL }>,
        lab::program::<{ lab::MARKS_LOST }>,
        "whoever gets a letter loses the mark at the end of the line, such as `urgent`",
    );
}
