//! Accounts and their invoices.

use std::cell::RefCell;
use std::rc::Rc;

use super::plan::{BasePlan, EnterprisePlan, FreePlan, MeteredPlan, TeamPlan};
use super::state::{self, NEXT_NUMBER, SOLD, TAX_SOLD, TAXES};

/// A customer.
#[derive(Debug)]
pub struct Account {
    pub name: String,
    pub country: String,
    pub plan: Box<dyn BasePlan>,
    /// Requests since the last invoice.
    pub usage: f64,
}

/// The plan that a line of a script names.
pub fn create_plan(words: &[&str]) -> Option<Box<dyn BasePlan>> {
    match words {
        ["free"] => Some(Box::new(FreePlan)),
        ["team", seats] => Some(Box::new(TeamPlan {
            seats: seats.parse().ok()?,
        })),
        ["enterprise", seats, discount] => Some(Box::new(EnterprisePlan {
            team: TeamPlan {
                seats: seats.parse().ok()?,
            },
            discount: discount.parse().ok()?,
        })),
        ["metered"] => Some(Box::new(MeteredPlan)),
        _ => None,
    }
}

/// Writes the invoice of an account, and begins to count its usage anew. Empty if there is nothing to pay for.
pub fn bill(account: &Rc<RefCell<Account>>) -> String {
    let mut account = account.borrow_mut();
    if account.plan.as_any().is::<FreePlan>() {
        account.usage = 0.0;
        return String::new();
    }
    let mut lines: Vec<(String, String)> = Vec::new();
    if let Some(team) = account.plan.as_team() {
        let fee = team.seats * 9.0;
        lines.push((format!("{} seats", team.seats), format!("{fee:.2}")));
        if let Some(enterprise) = account.plan.as_any().downcast_ref::<EnterprisePlan>()
            && enterprise.discount > 0.0
        {
            let discount = fee * enterprise.discount / 100.0;
            let label = format!("discount {}%", enterprise.discount);
            lines.push((label, format!("-{discount:.2}")));
        }
        let further = account.usage - team.seats * 10_000.0;
        if further > 0.0 {
            let amount = (further / 1_000.0).ceil() * 0.2;
            let label = format!("{further} further requests");
            lines.push((label, format!("{amount:.2}")));
        }
    } else if account.plan.as_any().is::<MeteredPlan>() {
        let amount = (account.usage / 1_000.0).ceil() * 0.3;
        let label = format!("{} requests", account.usage);
        lines.push((label, format!("{amount:.2}")));
    } else {
        unreachable!("a plan without prices: {:?}", account.plan)
    }
    account.usage = 0.0;

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
        let entry = sold.entry(account.plan.name()).or_default();
        entry.0 += 1;
        entry.1 += net;
    });
    TAX_SOLD.set(TAX_SOLD.get() + tax);
    text
}

/// What the invoice would be: bills a copy, and puts everything back that this has changed.
pub fn preview(account: &Rc<RefCell<Account>>) -> String {
    let copy = {
        let account = account.borrow();
        Rc::new(RefCell::new(Account {
            name: account.name.clone(),
            country: account.country.clone(),
            plan: account.plan.copy(),
            usage: account.usage,
        }))
    };
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
