//! What the billing department types.

use std::cell::RefCell;
use std::rc::Rc;

use super::invoice::{Account, bill, create_plan, preview, report};
use super::state::{ACCOUNTS, TAXES, TODAY};

/// Carries out each line of a script, and answers what is to be printed.
pub fn run(script: &str) -> String {
    let mut printed = String::new();
    for (at, line) in script.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match one_line(&words) {
            Ok(text) => printed += &text,
            Err(what) => printed += &format!("! line {}: {what}\n", at + 1),
        }
    }
    printed
}

fn one_line(words: &[&str]) -> Result<String, String> {
    match words {
        [] => {}
        ["today", date] => TODAY.set(Some((*date).to_owned())),
        ["tax", country, percent] => {
            let percent = percent
                .parse::<f64>()
                .map_err(|_| format!("no tax {country} {percent}"))?;
            TAXES.with_borrow_mut(|taxes| taxes.insert((*country).to_owned(), percent));
        }
        ["account", name, country, plan @ ..] => {
            if find(name).is_ok() {
                return Err(format!("account {name} is there already"));
            }
            let plan = create_plan(plan).ok_or_else(|| format!("no plan {}", plan.join(" ")))?;
            let account = Account {
                name: (*name).to_owned(),
                country: (*country).to_owned(),
                plan,
                usage: 0.0,
                tax: TAXES.with_borrow(|taxes| taxes.get(*country).copied()),
            };
            ACCOUNTS.with_borrow_mut(|accounts| accounts.push(Rc::new(RefCell::new(account))));
        }
        ["plan", name, plan @ ..] => {
            let account = find(name)?;
            let plan = create_plan(plan).ok_or_else(|| format!("no plan {}", plan.join(" ")))?;
            account.borrow_mut().plan = plan;
        }
        ["usage", name, requests] => {
            let account = find(name)?;
            let requests = requests
                .parse::<f64>()
                .map_err(|_| format!("no usage {requests}"))?;
            account.borrow_mut().usage += requests;
        }
        ["preview", name] => return Ok(preview(&find(name)?)),
        ["bill"] => {
            let accounts = ACCOUNTS.with_borrow(Clone::clone);
            return Ok(accounts.iter().map(bill).collect());
        }
        ["report"] => return Ok(report()),
        [what, ..] => return Err(format!("what is {what}")),
    }
    Ok(String::new())
}

fn find(name: &str) -> Result<Rc<RefCell<Account>>, String> {
    ACCOUNTS.with_borrow(|accounts| {
        let found = accounts.iter().find(|it| it.borrow().name == name);
        found.cloned().ok_or_else(|| format!("no account {name}"))
    })
}
