//! Takes in the meter readings that come each night: one a line, as `meter;watt hours`.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead};
use std::num::ParseIntError;

/// What a meter showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The meter's number.
    pub meter: u32,
    /// What it showed.
    pub watt_hours: u64,
}

/// A line that is no reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Which line, from 1. Every line counts.
    pub line: usize,
    /// What it says, with `\u{fffd}` in place of what is not UTF-8.
    pub text: String,
    /// Why it is none.
    pub reason: Reason,
}

/// Why a line is no reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It is not UTF-8.
    Encoding,
    /// It has so many fields, not two.
    Fields(usize),
    /// The meter is no number.
    Meter(ParseIntError),
    /// The watt hours are no number.
    WattHours(ParseIntError),
}

/// What came in.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The good ones, in the order in which they came.
    pub readings: Vec<Reading>,
    /// The bad ones, in that order too, up to [`Limits::told`] of them.
    pub rejected: Vec<Rejected>,
    /// How many more were rejected than are told.
    pub not_told: usize,
}

/// How much is too much.
#[derive(Debug, Clone)]
pub struct Limits {
    /// With more rejected lines than this, the list is not what it claims to be.
    pub rejected: usize,
    /// How many rejected lines are told.
    pub told: usize,
}

/// An import that ended early.
#[derive(Debug)]
pub struct Stopped {
    /// What had come in until then.
    pub so_far: Import,
    /// Why it ended.
    pub cause: Cause,
}

/// Why an import ended early.
#[derive(Debug)]
pub enum Cause {
    /// The list could not be read any further.
    Read(io::Error),
    /// More lines were rejected than [`Limits::rejected`].
    TooManyRejected,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let good = self.so_far.readings.len();
        let bad = self.so_far.rejected.len() + self.so_far.not_told;
        match self.cause {
            Cause::Read(_) => write!(f, "the list broke off after {good} readings"),
            Cause::TooManyRejected => write!(f, "{bad} lines rejected beside {good} readings"),
        }
    }
}

impl Error for Stopped {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.cause {
            Cause::Read(source) => Some(source),
            Cause::TooManyRejected => None,
        }
    }
}

/// Takes in a list. Lines end in `\n` or `\r\n`; empty ones say nothing.
///
/// # Errors
///
/// What stopped the import, with what had come in until then.
pub fn import(list: impl BufRead, _limits: &Limits) -> Result<Import, Stopped> {
    let lines = list.lines().map_while(Result::ok);
    Ok(Import {
        readings: lines.filter_map(|text| reading(&text).ok()).collect(),
        ..Import::default()
    })
}

fn reading(text: &str) -> Result<Reading, Reason> {
    let fields: Vec<&str> = text.split(';').collect();
    let &[meter, watt_hours] = fields.as_slice() else {
        return Err(Reason::Fields(fields.len()));
    };
    Ok(Reading {
        meter: meter.parse().map_err(Reason::Meter)?,
        watt_hours: watt_hours.parse().map_err(Reason::WattHours)?,
    })
}
