//! What the whole program knows.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::SystemTime;

use super::date::Date;
use super::invoice::Account;
use super::money::{Money, Percent};

thread_local! {
    /// By country.
    pub static TAXES: RefCell<BTreeMap<String, Percent>> = const { RefCell::new(BTreeMap::new()) };
    /// Set by scripts. Otherwise the machine's date.
    pub static TODAY: Cell<Option<Date>> = const { Cell::new(None) };
    pub static NEXT_NUMBER: Cell<u32> = const { Cell::new(1) };
    pub static ACCOUNTS: RefCell<Vec<Rc<RefCell<Account>>>> = const { RefCell::new(Vec::new()) };
    /// Invoices and net, by the plan's name.
    pub static SOLD: RefCell<BTreeMap<String, (u32, Money)>> = const { RefCell::new(BTreeMap::new()) };
    /// In ten-thousandths of a cent.
    pub static TAX_SOLD: Cell<i64> = const { Cell::new(0) };
}

/// The date that goes on invoices.
pub fn today() -> Date {
    TODAY.get().unwrap_or_else(machines_date)
}

fn machines_date() -> Date {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let days = since.map_or(0, |since| since.as_secs() / 86_400);
    Date::after_epoch(days).expect("the machine's clock is in the years that the calendar has")
}
