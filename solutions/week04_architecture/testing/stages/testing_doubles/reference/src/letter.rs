//! What a customer reads.

use std::fmt;

use crate::Date;
use crate::ledger::Entry;

/// An amount in cents, shown as in 120.00.
#[derive(Debug, Clone, Copy)]
pub struct Money(pub i64);

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// A reminder.
#[derive(Debug)]
pub struct Letter<'e> {
    pub to: &'e Entry<'e>,
    pub level: u8,
    /// With those of the letters before.
    pub fees: i64,
    pub interest: i64,
    pub today: Date,
}

const LAST: u8 = 3;

impl Letter<'_> {
    pub fn file(&self) -> String {
        format!("letters/{}-{}.txt", self.to.number, self.level)
    }

    pub fn total(&self) -> i64 {
        self.to.open + self.fees + self.interest
    }

    /// A day on which banks work.
    fn pay_by(&self) -> Date {
        let day = self.today + if self.level == LAST { 7 } else { 10 };
        match day.weekday() {
            6 => day + 2,
            7 => day + 1,
            _ => day,
        }
    }
}

impl fmt::Display for Letter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.to.number;
        match self.level {
            LAST => writeln!(f, "Last reminder for {number}")?,
            level => writeln!(f, "Reminder {level} for {number}")?,
        }
        writeln!(f, "To: {}", self.to.customer)?;
        let amounts = [
            ("Open", self.to.open),
            ("Fees", self.fees),
            ("Interest", self.interest),
            ("Total", self.total()),
        ];
        for (name, cents) in amounts {
            if cents > 0 {
                writeln!(f, "{name}: {}", Money(cents))?;
            }
        }
        writeln!(f, "Please pay by {}.", self.pay_by())
    }
}
