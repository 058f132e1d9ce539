//! One line of the ledger.

use crate::Date;

/// What a line says: `number;customer;kind;open;due;level;last;fees;mark`.
#[derive(Debug, Clone)]
pub struct Entry<'l> {
    pub number: &'l str,
    pub customer: &'l str,
    pub kind: &'l str,
    /// In cents.
    pub open: i64,
    pub due: Date,
    /// 0 before the first reminder, 9 with the lawyer.
    pub level: u8,
    /// The day of the last step, from level 1 on.
    pub last: Option<Date>,
    /// Of all letters so far, in cents.
    pub fees: i64,
    pub mark: &'l str,
}

pub const WITH_THE_LAWYER: u8 = 9;

impl<'l> Entry<'l> {
    /// The kind may be any: who knows the tariffs knows which there are.
    pub fn read(line: &'l str) -> Option<Self> {
        let fields: Vec<&str> = line.split(';').collect();
        let &[number, customer, kind, open, due, level, last, fees, mark] = fields.as_slice()
        else {
            return None;
        };
        let level = match level {
            "0" | "1" | "2" | "3" | "9" => level.parse().ok()?,
            _ => return None,
        };
        let last = match (last, level) {
            ("-", 0) => None,
            (_, 0) => return None,
            (day, _) => Some(day.parse().ok()?),
        };
        let cents = |text: &str| text.parse::<u32>().ok().map(i64::from);
        Some(Self {
            number: Some(number).filter(|it| !it.is_empty())?,
            customer,
            kind,
            open: cents(open)?,
            due: due.parse().ok()?,
            level,
            last,
            fees: cents(fees)?,
            mark,
        })
    }

    /// How long this entry waits for its next step.
    pub fn waits(&self, days: i64, today: Date) -> bool {
        match self.last {
            None => today - self.due <= days,
            Some(last) => today - last < days,
        }
    }

    /// The same after a step.
    pub fn line(&self, level: u8, today: Date, fees: i64) -> String {
        let Self {
            number,
            customer,
            kind,
            open,
            due,
            mark,
            ..
        } = self;
        format!("{number};{customer};{kind};{open};{due};{level};{today};{fees};{mark}")
    }
}
