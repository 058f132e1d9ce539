//! Accounts and their invoices.

use std::cell::RefCell;
use std::rc::Rc;

use super::plan::Plan;
use super::state::{self, NEXT_NUMBER, SOLD, TAX_SOLD, TAXES};

/// A customer.
#[derive(Debug, Clone)]
pub struct Account {
    pub name: String,
    pub country: String,
    pub plan: Plan,
    /// Requests since the last invoice.
    pub usage: f64,
}

/// Writes the invoice of an account, and begins to count its usage anew. Empty if there is nothing to pay for.
pub fn bill(account: &Rc<RefCell<Account>>) -> String {
    let mut account = account.borrow_mut();
    let lines = account.plan.lines(account.usage);
    account.usage = 0.0;
    let Some(lines) = lines else {
        return String::new();
    };

    let number = NEXT_NUMBER.get();
    NEXT_NUMBER.set(number + 1);
    let Account { name, country, .. } = &*account;
    let mut text = format!("INV-{number:04} {} {name} ({country})\n", state::today());
    let mut net = 0.0;
    for (label, amount) in &lines {
        net += amount.parse::<f64>().unwrap_or_default();
        text += &format!("  {label} {amount}\n");
    }
    text += &format!("  net {net:.2}\n");
    let percent = TAXES.with_borrow(|taxes| taxes.get(country).copied());
    let mut tax = 0.0;
    if let Some(percent) = percent {
        tax = net * percent / 100.0;
        text += &format!("  tax {percent}% {tax:.2}\n");
    }
    let rounded = format!("{tax:.2}").parse().unwrap_or(tax);
    let total = net + rounded;
    text += &format!("  total {total:.2} in {} days\n", account.plan.days());

    SOLD.with_borrow_mut(|sold| {
        let entry = sold.entry(account.plan.name().to_owned()).or_default();
        entry.0 += 1;
        entry.1 += net;
    });
    TAX_SOLD.set(TAX_SOLD.get() + tax);
    text
}

/// What the invoice would be: bills a copy, and puts everything back that this has changed.
pub fn preview(account: &Rc<RefCell<Account>>) -> String {
    let copy = Rc::new(RefCell::new(account.borrow().clone()));
    let (number, sold, tax) = (
        NEXT_NUMBER.get(),
        SOLD.with_borrow(Clone::clone),
        TAX_SOLD.get(),
    );
    let text = bill(&copy);
    NEXT_NUMBER.set(number);
    SOLD.set(sold);
    TAX_SOLD.set(tax);
    text.replacen(&format!("INV-{number:04}"), "DRAFT", 1)
}

/// What was sold, by plan and in all.
pub fn report() -> String {
    let mut text = String::new();
    let (mut count, mut net) = (0, 0.0);
    for (name, (invoices, sum)) in SOLD.with_borrow(Clone::clone) {
        text += &format!("report: {name} {invoices} {sum:.2}\n");
        count += invoices;
        net += sum;
    }
    text + &format!(
        "report: all {count} net {net:.2} tax {:.2}\n",
        TAX_SOLD.get()
    )
}
