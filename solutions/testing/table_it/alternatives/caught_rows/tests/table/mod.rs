//! A table of time limits. `mine.rs` holds it against the parser; `rows.rs` looks at the table itself.

use std::panic::{self, AssertUnwindSafe};
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
    refuses("nothing is no limit", "0s", Fault::Zero),
    takes("the shortest limit", "1ms", 1),
    takes("a zero beside something is allowed", "0h1s", 1_000),
    takes("a whole day is allowed", "24h", 86_400_000),
    takes("a whole day in two parts", "23h60m", 86_400_000),
    refuses("a millisecond too long", "86400001ms", Fault::TooLong),
    refuses("too long only in sum", "23h61m", Fault::TooLong),
    refuses(
        "too long for 64 bits",
        "99999999999999999999h",
        Fault::TooLong,
    ),
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
// A parser that panics ends the test at the row where it did, and its message knows no rows. Caught, it is
// one more way in which a row can fail.
#[track_caller]
pub fn check(rows: &[Row], parse: impl Fn(&str) -> Result<Duration, Fault>) {
    let failures: Vec<String> = rows
        .iter()
        .filter_map(|row| {
            let Row {
                name,
                text,
                expected,
            } = row;
            match panic::catch_unwind(AssertUnwindSafe(|| parse(text))) {
                Ok(answer) if answer == *expected => None,
                Ok(answer) => Some(format!("{name}: {text:?} is {expected:?}, not {answer:?}")),
                Err(_) => Some(format!(
                    "{name}: {text:?} is {expected:?}, and the parser panicked"
                )),
            }
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
