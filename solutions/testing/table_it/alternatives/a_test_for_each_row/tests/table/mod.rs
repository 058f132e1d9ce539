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

/// Hands every case to the macro that is named: here to make rows of them, in `mine.rs` to make tests.
macro_rules! cases {
    ($make:ident) => {
        $make! {
            an_hour_has_3_600_seconds: "1h" => Ok(3_600_000),
            a_minute_has_60_seconds: "1m" => Ok(60_000),
            ms_is_not_a_minute_and_an_s: "250ms" => Ok(250),
            a_unit_is_not_a_word: "5sec" => Err(UnknownUnit),
            units_are_lower_case: "5S" => Err(UnknownUnit),
            an_empty_text_has_no_number: "" => Err(NoNumber),
            a_plus_sign_is_no_digit: "+5s" => Err(NoNumber),
            a_number_alone_has_no_unit: "30" => Err(NoUnit),
            a_number_at_the_end_has_no_unit: "1h30" => Err(NoUnit),
            parts_are_added_up: "1h30m" => Ok(5_400_000),
            a_part_may_be_larger_than_the_next_unit: "90m" => Ok(5_400_000),
            a_larger_unit_comes_too_late: "30m1h" => Err(OutOfOrder),
            no_unit_comes_twice: "5s5s" => Err(OutOfOrder),
            nothing_is_no_limit: "0s" => Err(Zero),
            a_whole_day_is_allowed: "24h" => Ok(86_400_000),
            a_millisecond_too_long: "86400001ms" => Err(TooLong),
            too_long_only_in_sum: "23h61m" => Err(TooLong),
            too_long_for_64_bits: "99999999999999999999h" => Err(TooLong),
        }
    };
}

macro_rules! as_rows {
    ($($name:ident: $text:literal => $kind:ident($what:expr),)*) => {
        &[$(Row { name: stringify!($name), text: $text, expected: expected!($kind $what) }),*]
    };
}

macro_rules! expected {
    (Ok $millis:expr) => {
        Ok(Duration::from_millis($millis))
    };
    (Err $fault:expr) => {
        Err({
            use Fault::*;
            $fault
        })
    };
}

/// Every case.
pub const ROWS: &[Row] = cases!(as_rows);

/// Panics unless `parse` answers each row as it expects, and names each row that fails.
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
            let answer = parse(text);
            (answer != *expected)
                .then(|| format!("{name}: {text:?} is {expected:?}, not {answer:?}"))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
