//! What the whole program knows.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::SystemTime;

use super::invoice::Account;

thread_local! {
    /// Per cent, by country.
    pub static TAXES: RefCell<BTreeMap<String, f64>> = const { RefCell::new(BTreeMap::new()) };
    /// Set by scripts. Otherwise the machine's date.
    pub static TODAY: RefCell<Option<String>> = const { RefCell::new(None) };
    pub static NEXT_NUMBER: Cell<u32> = const { Cell::new(1) };
    pub static ACCOUNTS: RefCell<Vec<Rc<RefCell<Account>>>> = const { RefCell::new(Vec::new()) };
    /// Invoices and net, by the plan's name.
    pub static SOLD: RefCell<BTreeMap<String, (u32, f64)>> = const { RefCell::new(BTreeMap::new()) };
    pub static TAX_SOLD: Cell<f64> = const { Cell::new(0.0) };
}

/// The date that goes on invoices.
pub fn today() -> String {
    TODAY.with_borrow(|today| today.clone().unwrap_or_else(machines_date))
}

/// Howard Hinnant's `civil_from_days`.
fn machines_date() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let days = since.map_or(0, |since| since.as_secs() / 86_400) + 719_468;
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
    format!("{year:04}-{month:02}-{day:02}")
}
