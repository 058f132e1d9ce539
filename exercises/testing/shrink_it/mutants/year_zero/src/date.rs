//! Days of the calendar.

use std::fmt;

/// A day of the Gregorian calendar, from 0001-01-01 to 9999-12-31. Earlier days are less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// The first day is number 1.
    pub const FIRST: u32 = 1;
    /// The number of the last day.
    pub const LAST: u32 = 3_652_059;

    /// The day that a text names, which is four digits, two and two, with `-` between them and nothing else.
    /// `None` for every other text, and if there is no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let date = Self {
            year: number(&bytes[..4])?,
            month: number(&bytes[5..7])?,
            day: number(&bytes[8..])?,
        };
        date.exists().then_some(date)
    }

    /// The day with this number. `None` if it is not from `FIRST` to `LAST`.
    pub fn from_number(number: u32) -> Option<Self> {
        if !(Self::FIRST..=Self::LAST).contains(&number) {
            return None;
        }
        // A guess that is never too late, and then at most a few steps.
        let mut year = (number - 1) / 366 + 1;
        while before(year + 1) < number {
            year += 1;
        }
        let mut day = number - before(year);
        let mut month = 1;
        while day > length(year, month) {
            day -= length(year, month);
            month += 1;
        }
        Some(Self { year, month, day })
    }

    /// How many days there were from 0001-01-01 to this one, both included.
    pub fn number(self) -> u32 {
        let months: u32 = (1..self.month).map(|month| length(self.year, month)).sum();
        before(self.year) + months + self.day
    }

    fn exists(self) -> bool {
        self.year <= 9_999
            && (1..=12).contains(&self.month)
            && (1..=length(self.year, self.month)).contains(&self.day)
    }
}

/// As `parse` takes it.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        let digit = char::from(*digit).to_digit(10)?;
        Some(value * 10 + digit)
    })
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn length(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The days before a year.
fn before(year: u32) -> u32 {
    let years = year - 1;
    years * 365 + years / 4 - years / 100 + years / 400
}
