//! A day. This part of the program is as it should be.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;

/// A day of the Gregorian calendar, from 1970-01-01 to the end of the year 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    days: i64,
}

impl Date {
    /// So many days after 1970-01-01.
    #[must_use]
    pub fn after_epoch(days: i64) -> Self {
        Self { days }
    }

    /// From 1, Monday, to 7, Sunday.
    #[must_use]
    pub fn weekday(self) -> i64 {
        (self.days + 3).rem_euclid(7) + 1
    }
}

/// So many days later.
impl Add<i64> for Date {
    type Output = Self;

    fn add(self, days: i64) -> Self {
        Self {
            days: self.days + days,
        }
    }
}

/// How many days lie between.
impl Sub for Date {
    type Output = i64;

    fn sub(self, earlier: Self) -> i64 {
        self.days - earlier.days
    }
}

/// As in 2026-03-02.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years that begin in March.
        let days = self.days + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 {
            (month + 3, 0)
        } else {
            (month - 9, 1)
        };
        write!(f, "{:04}-{month:02}-{day:02}", year + era * 400 + next)
    }
}

/// A text that is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDate;

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let number = |part: Option<&str>| part.and_then(|it| it.parse::<i64>().ok());
        let mut parts = text.split('-');
        let year = number(parts.next()).ok_or(NoDate)?;
        let month = number(parts.next()).ok_or(NoDate)?;
        let day = number(parts.next()).ok_or(NoDate)?;
        if !(1970..10_000).contains(&year) || !(1..13).contains(&month) {
            return Err(NoDate);
        }
        let (year_of, month_of) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let of_year = (153 * month_of + 2) / 5 + day - 1;
        let era = year_of.div_euclid(400);
        let of_era = year_of.rem_euclid(400);
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let date = Self { days };
        // A day that does not exist, such as 2026-02-30, is written in another way. So is 2026-3-2.
        if date.to_string() == text {
            Ok(date)
        } else {
            Err(NoDate)
        }
    }
}
