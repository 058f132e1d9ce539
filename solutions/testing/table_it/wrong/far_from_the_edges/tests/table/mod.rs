//! A table of time limits. `mine.rs` holds it against the parser; `rows.rs` looks at the table itself.

use std::time::Duration;

use table_it::Fault;

/// One case.
pub struct Row {
    /// What this row is there to show, in words.
    pub name: &'static str,
    /// What somebody wrote into the configuration.
    pub text: &'static str,
    /// What the parser has to answer.
    pub expected: Result<Duration, Fault>,
}

/// Every case: each breaks one rule at most, and stands as near to the edge of that rule as it can.
// One line for a row, so that a missing neighbour shows.
pub const ROWS: &[Row] = &[
    // Units
    takes("an hour has 3,600 seconds", "1h", 3_600_000),
    takes("a minute has 60 seconds", "1m", 60_000),
    takes("a second has 1,000 milliseconds", "1s", 1_000),
    takes("ms is not a minute and an s", "250ms", 250),
    refuses("a unit is not a word", "5sec", Fault::UnknownUnit),
    refuses("a unit that nobody has heard of", "5d", Fault::UnknownUnit),
    refuses("units are lower case", "5S", Fault::UnknownUnit),
    refuses("a fraction's dot is no unit", "1.5h", Fault::UnknownUnit),
    // Numbers
    refuses("an empty text has no number", "", Fault::NoNumber),
    refuses("a plus sign is no digit", "+5s", Fault::NoNumber),
    refuses("a minus sign is no digit", "-5s", Fault::NoNumber),
    refuses("a space is no digit", " 5s", Fault::NoNumber),
    refuses("a number alone has no unit", "30", Fault::NoUnit),
    refuses("a number at the end has no unit", "1h30", Fault::NoUnit),
    takes("leading zeros mean nothing", "007s", 7_000),
    // Several parts
    takes("parts are added up", "1h30m", 5_400_000),
    takes("all four units at once", "1h1m1s1ms", 3_661_001),
    takes("a part may be larger than the next unit", "90m", 5_400_000),
    refuses("a larger unit comes too late", "30m1h", Fault::OutOfOrder),
    refuses("no unit comes twice", "5s5s", Fault::OutOfOrder),
    // Bounds
    refuses("zero", "0s", Fault::Zero),
    takes("small", "1ms", 1),
    takes("large", "20h", 72_000_000),
    refuses("too large", "48h", Fault::TooLong),
];

const fn takes(name: &'static str, text: &'static str, millis: u64) -> Row {
    let expected = Ok(Duration::from_millis(millis));
    Row {
        name,
        text,
        expected,
    }
}

const fn refuses(name: &'static str, text: &'static str, fault: Fault) -> Row {
    let expected = Err(fault);
    Row {
        name,
        text,
        expected,
    }
}

/// Panics unless `parse` answers each row as it expects, and names each row that fails.
// All of them, because the pattern tells more than the first one does: every row with an `ms` in it is a
// different mistake from one row with an `ms` in it. So the loop collects, and the one assertion is last.
#[track_caller]
pub fn check(rows: &[Row], parse: impl Fn(&str) -> Result<Duration, Fault>) {
    let mut failures = Vec::new();
    for Row {
        name,
        text,
        expected,
    } in rows
    {
        let answer = parse(text);
        if answer != *expected {
            failures.push(format!("{name}: {text:?} is {expected:?}, not {answer:?}"));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} rows fail:\n{}",
        failures.len(),
        rows.len(),
        failures.join("\n")
    );
}
