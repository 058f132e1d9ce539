//! A checkout with rules that others have written.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, MutexGuard};

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
///
/// Rules are foreign code. They run outside of every lock, before anything has changed, and each behind a boundary of
/// its own.
#[derive(Default)]
pub struct Checkout {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    // Shared, so that an order takes the rules along and lets go of the lock.
    rules: Vec<Arc<Rule>>,
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
        self.lock().rules.push(Arc::new(Rule {
            name: name.to_owned(),
            discount: Box::new(discount),
        }));
    }

    /// Places an order, and tells what is to be paid.
    ///
    /// # Errors
    ///
    /// A rule panicked. The order is not placed, and the rule is not asked again.
    pub fn place(&self, order: &Order) -> Result<u64, RulePanicked> {
        let rules = self.lock().rules.clone();
        let mut pay = order.cents;
        for rule in &rules {
            // What the assertion claims, piece by piece: the order is only read, and `pay` is ours and not in there. What
            // the rule itself holds may be half changed. Nobody sees it again, because the rule goes.
            let discount = panic::catch_unwind(AssertUnwindSafe(|| (rule.discount)(order)));
            match discount {
                Ok(discount) => pay = pay.saturating_sub(discount),
                Err(payload) => {
                    return Err(RulePanicked {
                        rule: rule.name.clone(),
                        message: message_of(payload.as_ref()),
                    });
                }
            }
        }
        // From here on nothing can go wrong, so both totals change or neither.
        let mut state = self.lock();
        state.totals.orders += 1;
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
        // Not `into_inner`: if this ever fails, it was code of this file that panicked, and its state is not to be trusted.
        self.state
            .lock()
            .expect("no foreign code runs under this lock")
    }
}

/// What a panic says. `panic!` with a text alone has a `&str`, and with arguments a `String`.
fn message_of(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return (*text).to_owned();
    }
    match payload.downcast_ref::<String>() {
        Some(text) => text.clone(),
        None => "no message".to_owned(),
    }
}
