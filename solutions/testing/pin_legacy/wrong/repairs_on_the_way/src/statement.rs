//! The bill as data, and how it is printed.

use std::fmt;

use crate::{Customer, Kind, Reading};

/// A bill. All amounts are in cents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who gets it.
    pub name: String,
    /// What was used. Readings without use have no line.
    pub lines: Vec<Line>,
    /// What is taken off, if anything is.
    pub discount: Option<u64>,
    /// For the meter. `None` if there was no reading at all: then there is nothing to bill.
    pub base_fee: Option<u64>,
    /// `None` for a business.
    pub vat: Option<u64>,
    /// What is to be paid.
    pub total: u64,
    /// Whether one of the readings was estimated.
    pub estimated: bool,
}

/// A line of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What was used.
    pub kind: Kind,
    /// How much is charged for.
    pub kwh: u32,
    /// What it costs.
    pub cents: u64,
    /// Whether it is an estimate.
    pub estimated: bool,
}

/// What a meter shows after 99,999.
const METER_ENDS: u32 = 100_000;

impl Statement {
    /// The bill for these readings.
    pub fn of(customer: &Customer, readings: &[Reading]) -> Self {
        let lines: Vec<Line> = readings
            .iter()
            .filter_map(|reading| Line::of(customer, reading))
            .collect();
        let used: u64 = lines.iter().map(|line| line.cents).sum();
        let discount = (lines.len() >= 3 && used > 10_000).then_some((used * 3 + 50) / 100);
        let base_fee =
            (!readings.is_empty()).then_some(u64::from(customer.days.div_ceil(30)) * 950);
        let net = base_fee.map_or(0, |fee| used - discount.unwrap_or(0) + fee);
        let vat = (!customer.business && base_fee.is_some()).then_some(net * 19 / 100);
        Self {
            name: customer.name.clone(),
            lines,
            discount,
            base_fee,
            vat,
            total: net + vat.unwrap_or(0),
            estimated: readings.iter().any(|reading| reading.estimated),
        }
    }
}

impl Line {
    /// `None` if nothing was used.
    fn of(customer: &Customer, reading: &Reading) -> Option<Self> {
        let used = match reading.end.checked_sub(reading.start) {
            Some(used) => used,
            None => METER_ENDS - reading.start + reading.end,
        };
        let kwh = if reading.estimated {
            used.next_multiple_of(10)
        } else {
            used
        };
        let full = u64::from(kwh) * 24;
        let cents = match reading.kind {
            Kind::Night => full * 60 / 100,
            Kind::Day if customer.business => full - u64::from(kwh.saturating_sub(1_000)) * 4,
            Kind::Day => full,
        };
        (kwh > 0).then_some(Self {
            kind: reading.kind,
            kwh,
            cents,
            estimated: reading.estimated,
        })
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Bill for {}", self.name)?;
        for line in &self.lines {
            let kind = match line.kind {
                Kind::Day => "day",
                Kind::Night => "night",
            };
            let mark = if line.estimated { "*" } else { "" };
            writeln!(f, "  {kind} {} kWh{mark}: {}", line.kwh, Euros(line.cents))?;
        }
        let Some(base_fee) = self.base_fee else {
            return writeln!(f, "  nothing to bill");
        };
        if let Some(discount) = self.discount {
            writeln!(f, "  discount: -{}", Euros(discount))?;
        }
        writeln!(f, "  base fee: {}", Euros(base_fee))?;
        if let Some(vat) = self.vat {
            writeln!(f, "  VAT: {}", Euros(vat))?;
        }
        writeln!(f, "Total: {}", Euros(self.total))?;
        if self.estimated {
            writeln!(f, "* estimated")?;
        }
        Ok(())
    }
}

/// Cents, shown as euros.
struct Euros(u64);

impl fmt::Display for Euros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}
