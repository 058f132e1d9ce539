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
pub fn import(mut list: impl BufRead, limits: &Limits) -> Result<Import, Stopped> {
    let mut import = Import::default();
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        // Not `lines`: it reports bad UTF-8 as an io::Error, so one line's fault would look like the reader's, and
        // the line's bytes would be gone.
        match list.read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) => return Err(import.stopped(Cause::Read(error))),
        }
        let bytes = without_ending(&bytes);
        if bytes.is_empty() {
            continue;
        }
        let judged = str::from_utf8(bytes).map_err(|_| Reason::Encoding);
        match judged.and_then(reading) {
            Ok(reading) => import.readings.push(reading),
            Err(reason) => {
                import.reject(line, bytes, reason, limits);
            }
        }
    }
    if import.rejected_in_all() > limits.rejected {
        return Err(import.stopped(Cause::TooManyRejected));
    }
    Ok(import)
}

impl Import {
    fn rejected_in_all(&self) -> usize {
        self.rejected.len() + self.not_told
    }

    fn reject(&mut self, line: usize, bytes: &[u8], reason: Reason, limits: &Limits) {
        if self.rejected.len() == limits.told {
            self.not_told += 1;
            return;
        }
        self.rejected.push(Rejected {
            line,
            text: String::from_utf8_lossy(bytes).into_owned(),
            reason,
        });
    }

    /// The error takes what came in with it. What to do with that is for the caller to say.
    fn stopped(self, cause: Cause) -> Stopped {
        Stopped {
            so_far: self,
            cause,
        }
    }
}

fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
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
