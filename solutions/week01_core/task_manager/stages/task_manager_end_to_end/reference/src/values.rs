//! The values that a task is made of. Each is checked where it is made, so nothing behind this file checks
//! one again.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

/// Why a text is no value of the kind that was asked for. Ends a sentence that begins with the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(&'static str);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Invalid {}

/// The number that a task has for ever, from 1.
// `NonZeroU32` in place of a checked `u32`: the rule is then the compiler's, also for `Option<TaskId>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(NonZeroU32);

impl TaskId {
    /// `None` for 0.
    pub fn new(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl FromStr for TaskId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        // `parse` alone takes "+7" too, which no list ever shows.
        let number = if is_digits(text) {
            text.parse().ok()
        } else {
            None
        };
        number
            .map(Self)
            .ok_or(Invalid("is no number of a task; they begin at 1"))
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is to be done: one line, without white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title(String);

impl Title {
    /// The most characters that a title has.
    pub const LONGEST: usize = 120;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Title {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid("is empty"));
        }
        // A list has one line for each task, and a terminal obeys escape sequences.
        if text.chars().any(char::is_control) {
            return Err(Invalid("has a control character in it"));
        }
        // Characters, as people count; bytes would allow a Greek title half the length of an English one.
        if text.chars().count() > Self::LONGEST {
            return Err(Invalid("is longer than 120 characters"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A day of the calendar, written `2026-03-01`.
// The order of the fields is the order of days: `derive(Ord)` compares from the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl FromStr for Date {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        const FORM: Invalid = Invalid("is no date of the form 2026-03-01");
        let mut parts = text.split('-');
        let mut part = |width| {
            let part = parts
                .next()
                .filter(|part| part.len() == width && is_digits(part))?;
            part.parse::<u16>().ok()
        };
        let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
            return Err(FORM);
        };
        if parts.next().is_some() {
            return Err(FORM);
        }
        if day == 0 || day > days_in(year, month) {
            return Err(Invalid("is not in the calendar"));
        }
        Ok(Self {
            year,
            // At most two digits, as was seen above.
            month: month as u8,
            day: day as u8,
        })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// No days in a month that does not exist.
fn days_in(year: u16, month: u16) -> u16 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What comes first in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Priority {
    /// When there is nothing else.
    Low,
    /// What is not said otherwise.
    #[default]
    Normal,
    /// Before the others.
    High,
}

impl FromStr for Priority {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "low" => Ok(Self::Low),
            "normal" => Ok(Self::Normal),
            "high" => Ok(Self::High),
            _ => Err(Invalid("is no priority; there are low, normal and high")),
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        })
    }
}

/// Seconds since 1970 began, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(u64);

impl Timestamp {
    /// So many seconds after 1970 began.
    pub fn from_secs(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970 began.
    pub fn as_secs(self) -> u64 {
        self.0
    }

    /// The day in UTC, until the year 9999.
    // Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`: years that begin in
    // March have the leap day at their end.
    pub fn date(self) -> Date {
        let days = self.0 / 86_400 + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        Date {
            year: year.min(9999) as u16,
            month: month as u8,
            day: (day_of_year - (153 * from_march + 2) / 5 + 1) as u8,
        }
    }
}
