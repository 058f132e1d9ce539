//! What a table has to say when a row fails. These tests hand `check` small tables and parsers of their
//! own, some of them wrong on purpose: the parser of this crate is not what they are about.

mod table;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use table::{ROWS, Row, check};
use table_it::Fault;

type Answer = Result<Duration, Fault>;

const SECOND: Duration = Duration::from_secs(1);

/// Four rows as they ought to be; the first and the last expect a limit.
const SAMPLE: [Row; 4] = [
    Row {
        name: "winter",
        text: "1s",
        expected: Ok(SECOND),
    },
    Row {
        name: "spring",
        text: "1y",
        expected: Err(Fault::UnknownUnit),
    },
    Row {
        name: "summer",
        text: "1",
        expected: Err(Fault::NoUnit),
    },
    Row {
        name: "autumn",
        text: "60s",
        expected: Ok(Duration::from_secs(60)),
    },
];

/// Answers the sample as it expects.
fn right(text: &str) -> Answer {
    let row = SAMPLE.iter().find(|row| row.text == text);
    row.unwrap_or_else(|| panic!("`check` asked for {text:?}, which no row of this table has"))
        .expected
}

/// What `check` says when it fails. `None` if it lets the table pass.
fn complaint(rows: &[Row], parse: impl Fn(&str) -> Answer) -> Option<String> {
    let panic = catch_unwind(AssertUnwindSafe(|| check(rows, parse))).err()?;
    let text = match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast::<&str>().map_or_else(
            |_| String::from("(a panic without a text)"),
            |text| (*text).to_owned(),
        ),
    };
    Some(text)
}

#[test]
fn a_table_that_holds_is_silent() {
    let said = complaint(&SAMPLE, right);
    assert_eq!(
        said, None,
        "the parser answered each of the four rows as the row expects, and `check` panicked"
    );
}

#[test]
fn each_row_that_fails_is_named_and_no_other() {
    // Wrong on the first row and on the last: whoever stops at the first never sees the last.
    let wrong = |text: &str| match text {
        "1s" => Ok(Duration::from_secs(3_600)),
        "60s" => Err(Fault::TooLong),
        _ => right(text),
    };
    let said = complaint(&SAMPLE, wrong).expect(
        "`check` let a table pass although the parser answered the rows `winter` and `autumn` wrongly",
    );
    for row in &SAMPLE {
        let fails = ["winter", "autumn"].contains(&row.name);
        assert!(
            said.contains(row.name) == fails,
            "the rows `winter` and `autumn` fail, `spring` and `summer` hold. Whoever reads the failure \
             has to see that `{}` {}, but `check` said:\n{said}",
            row.name,
            if fails { "fails" } else { "is not among them" }
        );
    }
}

#[test]
fn a_failing_row_shows_its_text_and_both_answers() {
    let two_faults = |text: &str| match text {
        "1y" => Err(Fault::OutOfOrder),
        _ => right(text),
    };
    let said = complaint(&SAMPLE, two_faults).expect(
        "`check` let a table pass although row `spring` expects Err(UnknownUnit) and the parser \
         answered Err(OutOfOrder): which fault it is decides what the operator reads",
    );
    for needed in ["1y", "Err(UnknownUnit)", "Err(OutOfOrder)"] {
        assert!(
            said.contains(needed),
            "row `spring` has the text 1y, expects Err(UnknownUnit) and got Err(OutOfOrder). Without \
             {needed} nobody can tell which side is wrong, but `check` said:\n{said}"
        );
    }
}

#[test]
fn each_row_has_a_name_of_its_own() {
    let mut names = BTreeSet::new();
    for Row { name, text, .. } in ROWS {
        assert!(
            !name.trim().is_empty(),
            "the row with the text {text:?} has no name: when it fails, nothing says what it was for"
        );
        assert!(
            names.insert(name.trim()),
            "two rows have the name {name:?}, one of them with the text {text:?}: \
             when one fails, nobody knows which"
        );
    }
}

#[test]
fn each_fault_has_a_row() {
    assert!(
        ROWS.iter().any(|row| row.expected.is_ok()),
        "no row of ROWS expects a limit"
    );
    for fault in [
        Fault::NoNumber,
        Fault::NoUnit,
        Fault::UnknownUnit,
        Fault::OutOfOrder,
        Fault::Zero,
        Fault::TooLong,
    ] {
        assert!(
            ROWS.iter().any(|row| row.expected == Err(fault)),
            "no row of ROWS expects Err({fault:?}): the table does not say when a text has this fault"
        );
    }
}
