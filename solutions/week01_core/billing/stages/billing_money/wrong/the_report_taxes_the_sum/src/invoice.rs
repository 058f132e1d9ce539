//! Accounts and their invoices.

use std::cell::RefCell;
use std::rc::Rc;

use super::money::Money;
use super::plan::{Line, Plan};
use super::state::{self, NEXT_NUMBER, SOLD, TAX_SOLD, TAXES};

/// A customer.
#[derive(Debug, Clone)]
pub struct Account {
    pub name: String,
    pub country: String,
    pub plan: Plan,
    /// Requests since the last invoice.
    pub usage: u64,
}

/// Writes the invoice of an account, and begins to count its usage anew. Empty if there is nothing to pay for.
pub fn bill(account: &Rc<RefCell<Account>>) -> String {
    let mut account = account.borrow_mut();
    let lines = account.plan.lines(account.usage);
    account.usage = 0;
    let Some(lines) = lines else {
        return String::new();
    };

    let number = NEXT_NUMBER.get();
    NEXT_NUMBER.set(number + 1);
    let Account { name, country, .. } = &*account;
    let mut text = format!("INV-{number:04} {} {name} ({country})\n", state::today());
    let net: Money = lines.iter().map(|line| line.amount).sum();
    for Line { label, amount } in &lines {
        text += &format!("  {label} {amount}\n");
    }
    text += &format!("  net {net}\n");
    let mut tax = Money::default();
    let mut exact = 0;
    if let Some(percent) = TAXES.with_borrow(|taxes| taxes.get(country).copied()) {
        tax = percent.of(net);
        exact = percent.of(Money::from_cents(net.cents() * 10_000)).cents();
        text += &format!("  tax {percent}% {tax}\n");
    }
    let total = net + tax;
    text += &format!("  total {total} in {} days\n", account.plan.days());

    SOLD.with_borrow_mut(|sold| {
        let entry = sold.entry(account.plan.name().to_owned()).or_default();
        entry.0 += 1;
        entry.1 += net;
    });
    TAX_SOLD.set(TAX_SOLD.get() + exact);
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
    let (mut count, mut net) = (0, Money::default());
    for (name, (invoices, sum)) in SOLD.with_borrow(Clone::clone) {
        text += &format!("report: {name} {invoices} {sum}\n");
        count += invoices;
        net += sum;
    }
    let tax = Money::from_cents((TAX_SOLD.get() + 5_000) / 10_000);
    text + &format!("report: all {count} net {net} tax {tax}\n")
}
