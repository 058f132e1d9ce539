//! Accounts, invoices and what was sold. All of them are values: nothing here knows more than it was given.

use std::collections::BTreeMap;
use std::fmt;

use super::date::Date;
use super::money::{Money, Percent};
use super::plan::{Line, Plan, tiers};

/// A customer.
#[derive(Debug)]
pub struct Account {
    pub name: String,
    pub country: String,
    pub plan: Plan,
    /// Requests since the last invoice.
    pub usage: u64,
}

/// What a customer has to pay, before or after it has a number.
#[derive(Debug)]
pub struct Invoice {
    date: Date,
    customer: String,
    country: String,
    plan: Plan,
    lines: Vec<Line>,
    net: Money,
    tax: Option<(Percent, Money)>,
}

impl Invoice {
    /// The invoice of an account as it is. `None` if its plan has none. A preview is this and nothing more, so there is
    /// nothing to put back.
    pub fn of(account: &Account, date: Date, rate: Option<Percent>) -> Option<Invoice> {
        let mut lines = account.plan.lines(account.usage, date)?;
        if account.plan.name() == "tiered" {
            lines.extend(tiers(account.usage));
        }
        let net = lines.iter().map(|line| line.amount).sum();
        Some(Invoice {
            date,
            customer: account.name.clone(),
            country: account.country.clone(),
            plan: account.plan,
            lines,
            net,
            tax: rate.map(|rate| (rate, rate.of(net))),
        })
    }

    /// Of nothing where the country has no tax.
    fn tax(&self) -> Money {
        self.tax.map_or(Money::default(), |(_, amount)| amount)
    }

    /// As it is printed, under this number or what stands in its place.
    pub fn titled(&self, title: &dyn fmt::Display) -> String {
        let mut text = self.head(title, self.date);
        for Line { label, amount } in &self.lines {
            text += &format!("  {label} {amount}\n");
        }
        text + &sums(self.net, self.tax) + &format!(" in {} days\n", self.plan.days())
    }

    /// As the credit note that takes it back: the amounts that are on it, and none that is computed again.
    pub fn taken_back(&self, title: &dyn fmt::Display, date: Date) -> String {
        let tax = self.tax.map(|(rate, amount)| (rate, -amount));
        self.head(title, date) + &sums(-self.net, tax) + "\n"
    }

    fn head(&self, title: &dyn fmt::Display, date: Date) -> String {
        format!("{title} {date} {} ({})\n", self.customer, self.country)
    }
}

fn sums(net: Money, tax: Option<(Percent, Money)>) -> String {
    let mut text = format!("  net {net}\n");
    if let Some((rate, amount)) = tax {
        text += &format!("  tax {rate}% {amount}\n");
    }
    let total = net + tax.map_or(Money::default(), |(_, amount)| amount);
    text + &format!("  total {total}")
}

/// What was sold so far.
#[derive(Debug, Default)]
pub struct Sales {
    /// Invoices and net, by the plan's name.
    by_plan: BTreeMap<&'static str, (u32, Money)>,
    tax: Money,
}

impl Sales {
    /// Counts an invoice in.
    pub fn add(&mut self, invoice: &Invoice) {
        let (count, net) = self.by_plan.entry(invoice.plan.name()).or_default();
        *count += 1;
        *net += invoice.net;
        self.tax += invoice.tax();
    }

    /// Takes its amounts out again. It stays an invoice that was written.
    pub fn take_back(&mut self, invoice: &Invoice) {
        let (_, net) = self.by_plan.entry(invoice.plan.name()).or_default();
        *net += -invoice.net;
        self.tax += -invoice.tax();
    }
}

/// The report.
impl fmt::Display for Sales {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, (count, net)) in &self.by_plan {
            writeln!(f, "report: {name} {count} {net}")?;
        }
        let count: u32 = self.by_plan.values().map(|(count, _)| count).sum();
        let net: Money = self.by_plan.values().map(|(_, net)| *net).sum();
        writeln!(f, "report: all {count} net {net} tax {}", self.tax)
    }
}
