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

/// The limit that `text` stands for: the sum of its parts.
///
/// # Errors
///
/// Says what is wrong with the text; see [`Fault`].
pub fn parse(text: &str) -> Result<Duration, Fault> {
    let most = LONGEST.as_millis();
    let mut total = 0_u128;
    let mut smallest = u128::MAX;
    let mut chars = text.chars().peekable();
    if text.is_empty() {
        return Err(Fault::NoNumber);
    }
    while chars.peek().is_some() {
        let mut number = None;
        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
            // Past a day it does not matter by how much, so the number stays small.
            let longer = number.unwrap_or(0) * 10 + u128::from(digit);
            number = Some(longer.min(most + 1));
            chars.next();
        }
        let number = number.ok_or(Fault::NoNumber)?;
        let mut unit = String::new();
        while let Some(c) = chars.next_if(|c| !c.is_ascii_digit()) {
            unit.push(c);
        }
        let worth = match unit.as_str() {
            "" => return Err(Fault::NoUnit),
            "ms" => 1,
            "s" => 1_000,
            "m" => 60 * 1_000,
            "h" => 60 * 60 * 1_000,
            _ => return Err(Fault::UnknownUnit),
        };
        if worth >= smallest {
            return Err(Fault::OutOfOrder);
        }
        smallest = worth;
        total += number * worth;
    }
    match u64::try_from(total) {
        Ok(0) => Err(Fault::Zero),
        Ok(millis) if total <= most => Ok(Duration::from_millis(millis)),
        _ => Err(Fault::TooLong),
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NoNumber => "number missing at the start",
            Fault::NoUnit => "unit missing at the end",
            Fault::UnknownUnit => "no such unit",
            Fault::OutOfOrder => "wrong order of units",
            Fault::Zero => "zero is not allowed",
            Fault::TooLong => "more than 24 hours",
        })
    }
}

impl std::error::Error for Fault {}
