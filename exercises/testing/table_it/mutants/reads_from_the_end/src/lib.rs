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
    // Units that may still come on the way to the front: only larger ones.
    let mut left = UNITS.len();
    while !rest.is_empty() {
        let number_ends = rest.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
        let number_begins = rest[..number_ends]
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .len();
        let unit = &rest[number_ends..];
        if unit.is_empty() {
            return Err(Fault::NoUnit);
        }
        if number_begins == number_ends {
            return Err(Fault::NoNumber);
        }
        let known = UNITS.iter().position(|(name, _)| *name == unit);
        let known = known.ok_or(Fault::UnknownUnit)?;
        if known >= left {
            return Err(Fault::OutOfOrder);
        }
        left = known;
        let number = rest[number_begins..number_ends].parse().unwrap_or(u64::MAX);
        millis = millis.saturating_add(number.saturating_mul(UNITS[known].1));
        rest = &rest[..number_begins];
    }
    match Duration::from_millis(millis) {
        _ if text.is_empty() => Err(Fault::NoNumber),
        Duration::ZERO => Err(Fault::Zero),
        limit if limit > LONGEST => Err(Fault::TooLong),
        limit => Ok(limit),
    }
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
