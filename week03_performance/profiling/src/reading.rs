//! What gateways send: text, a line for each reading.

use std::borrow::Cow;
use std::fmt;

/// What a probe measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<'t> {
    /// Where the probe is, from the site down, with `/` between: `oslo-2/hall-1/freezer-07/probe-3`. ASCII, in small letters.
    pub probe: Cow<'t, str>,
    /// When, in seconds since 1970.
    pub at: i64,
    /// Tenths of a degree Celsius.
    pub tenths: i32,
}

/// A line that is no reading. Nothing of its batch is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// From 1.
    pub number: usize,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} is no reading", self.number)
    }
}

impl std::error::Error for BadLine {}

/// The readings of a batch, in order. Each line has a probe, a time and a temperature, with blanks between.
///
/// # Errors
///
/// The first line that is no reading.
pub fn batch(text: &str) -> Result<Vec<Reading<'_>>, BadLine> {
    let numbered = text.lines().zip(1..);
    let read = |(line, number)| parse(line).ok_or(BadLine { number });
    numbered.map(read).collect()
}

#[inline(never)]
fn parse(line: &str) -> Option<Reading<'_>> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let &[probe, at, tenths] = fields.as_slice() else {
        return None;
    };
    Some(Reading {
        probe: Cow::Owned(probe.to_lowercase()),
        at: at.parse().ok()?,
        tenths: tenths.parse().ok()?,
    })
}
