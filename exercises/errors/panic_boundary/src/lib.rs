//! A checkout with rules that others have written.

use std::error::Error;
use std::fmt;
use std::sync::{Mutex, MutexGuard};

/// What somebody wants to buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Who.
    pub customer: String,
    /// For how much, before any discount.
    pub cents: u64,
}

/// What has been sold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many orders.
    pub orders: u64,
    /// For how much in all.
    pub cents: u64,
}

/// An order was not placed, because a rule panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePanicked {
    /// The rule.
    pub rule: String,
    /// What it panicked with, or `no message` if that is no text.
    pub message: String,
}

impl fmt::Display for RulePanicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the rule `{}` panicked: {}", self.rule, self.message)
    }
}

impl Error for RulePanicked {}

/// Places orders.
#[derive(Default)]
pub struct Checkout {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    broken: Vec<String>,
    totals: Totals,
}

struct Rule {
    name: String,
    discount: Box<dyn Fn(&Order) -> u64 + Send + Sync>,
}

impl Checkout {
    /// A checkout without rules.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule: the cents that it takes off an order.
    pub fn add_rule(&self, name: &str, discount: impl Fn(&Order) -> u64 + Send + Sync + 'static) {
        self.lock().rules.push(Rule {
            name: name.to_owned(),
            discount: Box::new(discount),
        });
    }

    /// Places an order, and tells what is to be paid.
    ///
    /// # Errors
    ///
    /// A rule panicked.
    pub fn place(&self, order: &Order) -> Result<u64, RulePanicked> {
        let mut state = self.lock();
        state.totals.orders += 1;
        let mut pay = order.cents;
        for rule in &state.rules {
            pay = pay.saturating_sub((rule.discount)(order));
        }
        state.totals.cents += pay;
        Ok(pay)
    }

    /// What has been sold.
    pub fn totals(&self) -> Totals {
        self.lock().totals
    }

    /// The rules that are asked, in order.
    pub fn rules(&self) -> Vec<String> {
        let state = self.lock();
        state.rules.iter().map(|rule| rule.name.clone()).collect()
    }

    /// The rules that panicked, in the order in which they did.
    pub fn broken_rules(&self) -> Vec<String> {
        self.lock().broken.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}
