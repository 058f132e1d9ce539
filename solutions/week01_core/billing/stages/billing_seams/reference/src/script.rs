//! What the billing department types.

use std::collections::BTreeMap;

use super::date::Date;
use super::invoice::{Account, Invoice, Sales};
use super::money::{Percent, digits};
use super::plan::Plan;

/// What a run depends on and does not make itself.
pub struct World<'w> {
    /// The date of invoices, until the script says another. A value and no clock: a run asks once.
    pub today: Date,
    /// The rates to begin with, by country.
    pub taxes: BTreeMap<String, Percent>,
    /// Draws the number of the next invoice. What is drawn is used: numbers have no gaps. A closure, since there is a
    /// counter for a script by itself, and one that all runs of a year share.
    pub next_number: &'w mut dyn FnMut() -> u32,
}

/// Carries out each line of a script in this world, and answers what is to be printed.
pub fn run_in(script: &str, world: World<'_>) -> String {
    let mut desk = Desk {
        world,
        accounts: Vec::new(),
        sales: Sales::default(),
    };
    let mut printed = String::new();
    for (at, line) in script.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match desk.one_line(&words) {
            Ok(text) => printed += &text,
            Err(what) => printed += &format!("! line {}: {what}\n", at + 1),
        }
    }
    printed
}

/// More in one line is a slip, and keeps sums far from the end of their range.
const MOST_AT_ONCE: u64 = 1_000_000_000_000;

/// All that a run knows.
struct Desk<'w> {
    world: World<'w>,
    accounts: Vec<Account>,
    sales: Sales,
}

impl Desk<'_> {
    fn one_line(&mut self, words: &[&str]) -> Result<String, String> {
        match words {
            [] => {}
            ["today", date] => {
                self.world.today = date.parse().map_err(|_| format!("no day {date}"))?;
            }
            ["tax", country, percent] => {
                let percent = percent
                    .parse()
                    .map_err(|_| format!("no tax {country} {percent}"))?;
                self.world.taxes.insert((*country).to_owned(), percent);
            }
            ["account", name, country, plan @ ..] => {
                if self.account(name).is_ok() {
                    return Err(format!("account {name} is there already"));
                }
                let account = Account {
                    name: (*name).to_owned(),
                    country: (*country).to_owned(),
                    plan: named(plan)?,
                    usage: 0,
                };
                self.accounts.push(account);
            }
            ["plan", name, plan @ ..] => {
                let account = self.account(name)?;
                account.plan = named(plan)?;
            }
            ["usage", name, requests] => {
                let account = self.account(name)?;
                let requests = match digits::<u64>(requests) {
                    Ok(requests @ ..=MOST_AT_ONCE) => requests,
                    _ => return Err(format!("no usage {requests}")),
                };
                account.usage += requests;
            }
            ["preview", name] => return self.preview(name),
            ["bill"] => return Ok(self.bill()),
            ["report"] => return Ok(self.sales.to_string()),
            [what, ..] => return Err(format!("what is {what}")),
        }
        Ok(String::new())
    }

    fn account(&mut self, name: &str) -> Result<&mut Account, String> {
        let found = self.accounts.iter_mut().find(|it| it.name == name);
        found.ok_or_else(|| format!("no account {name}"))
    }

    fn preview(&self, name: &str) -> Result<String, String> {
        let found = self.accounts.iter().find(|it| it.name == name);
        let account = found.ok_or_else(|| format!("no account {name}"))?;
        let rate = self.world.taxes.get(&account.country).copied();
        let invoice = Invoice::of(account, self.world.today, rate);
        Ok(invoice.map_or(String::new(), |invoice| invoice.titled(&"DRAFT")))
    }

    fn bill(&mut self) -> String {
        let mut text = String::new();
        let World {
            today,
            taxes,
            next_number,
        } = &mut self.world;
        for account in &mut self.accounts {
            let invoice = Invoice::of(account, *today, taxes.get(&account.country).copied());
            account.usage = 0;
            if let Some(invoice) = invoice {
                text += &invoice.titled(&format_args!("INV-{:04}", next_number()));
                self.sales.add(&invoice);
            }
        }
        text
    }
}

fn named(words: &[&str]) -> Result<Plan, String> {
    Plan::parse(words).ok_or_else(|| format!("no plan {}", words.join(" ")))
}
