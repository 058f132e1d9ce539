//! Time limits as people write them in a configuration file: `1h30m`, `250ms`.
//!
//! A limit is one or more parts, each a number and the unit after it. A number is ASCII digits, as many
//! as you like. The unit is everything up to the next digit: `h`, `m`, `s` or `ms`, written so.

use std::fmt;
use std::time::Duration;

/// No limit is longer than a day.
pub const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a text is no limit. A text with several faults is refused for any one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It does not begin with a digit.
    NoNumber,
    /// It ends with a digit: the last number has no unit.
    NoUnit,
    /// A number is followed by something that is not a unit.
    UnknownUnit,
    /// A unit comes after a smaller one, or comes twice.
    OutOfOrder,
    /// It adds up to nothing.
    Zero,
    /// It adds up to more than [`LONGEST`].
    TooLong,
}

/// Units from large to small, and how many milliseconds each has.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// The limit that `text` stands for: the sum of its parts.
///
/// # Errors
///
/// Says what is wrong with the text; see [`Fault`].
pub fn parse(text: &str) -> Result<Duration, Fault> {
    let mut rest = text;
    let mut millis = 0_u64;
    // How many units, counted from the largest, may not come any more.
    let mut used = 0;
    loop {
        let (number, after) = split(rest, |c| !c.is_ascii_digit());
        if number.is_empty() {
            return Err(Fault::NoNumber);
        }
        let (unit, after) = split(after, |c| c.is_ascii_digit());
        if unit.is_empty() {
            return Err(Fault::NoUnit);
        }
        let known = UNITS.iter().position(|(name, _)| *name == unit);
        let known = known.ok_or(Fault::UnknownUnit)?;
        if known < used {
            return Err(Fault::OutOfOrder);
        }
        used = known + 1;
        millis = millis.saturating_add(value(number).saturating_mul(UNITS[known].1));
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    match Duration::from_millis(millis) {
        Duration::ZERO => Err(Fault::Zero),
        limit if limit > LONGEST => Err(Fault::TooLong),
        limit => Ok(limit),
    }
}

/// What stands before the first character that `ends` is true of, and the rest.
fn split(text: &str, ends: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// The number that these digits stand for.
fn value(digits: &str) -> u64 {
    digits.parse().expect("there are only digits")
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NoNumber => "a limit begins with a number",
            Fault::NoUnit => "the last number has no unit",
            Fault::UnknownUnit => "the units are `h`, `m`, `s` and `ms`",
            Fault::OutOfOrder => "units go from large to small, each at most once",
            Fault::Zero => "a limit is longer than nothing",
            Fault::TooLong => "no limit is longer than a day",
        })
    }
}

impl std::error::Error for Fault {}
