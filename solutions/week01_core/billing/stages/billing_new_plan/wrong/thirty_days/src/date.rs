//! A day of the calendar.

use std::fmt;
use std::str::FromStr;

use super::money::{NoSense, digits};

/// A day that is there, in the years 0001 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, if there is one.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let is_there = (1..=9999).contains(&year) && (1..=days_of(year, month)?).contains(&day);
        is_there.then_some(Date { year, month, day })
    }

    /// The year and the month, for comparing.
    pub(super) fn month(self) -> (u16, u8) {
        (self.year, self.month)
    }

    /// How many days its month has from this one on, and in all.
    pub(super) fn rest_of_month(self) -> (u8, u8) {
        let all = days_of(self.year, self.month).expect("the month of a date is one");
        (all - self.day + 1, 30)
    }

    /// How many days it is after 1970-01-01. Howard Hinnant's `civil_from_days`, for days of this era.
    pub(super) fn after_epoch(days: u64) -> Option<Date> {
        let days = days + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 {
            from_march + 3
        } else {
            from_march - 9
        };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        Date::new(
            year.try_into().ok()?,
            month.try_into().ok()?,
            day.try_into().ok()?,
        )
    }
}

fn days_of(year: u16, month: u8) -> Option<u8> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    Some(match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    })
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day } = self;
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = NoSense;

    fn from_str(text: &str) -> Result<Self, NoSense> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts[..] else {
            return Err(NoSense);
        };
        if [year.len(), month.len(), day.len()] != [4, 2, 2] {
            return Err(NoSense);
        }
        Date::new(digits(year)?, digits(month)?, digits(day)?).ok_or(NoSense)
    }
}
