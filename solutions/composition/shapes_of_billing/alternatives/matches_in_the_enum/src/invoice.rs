//! Subscriptions and their invoices.

use crate::plan::{self, Plan};

/// A customer with a plan.
#[derive(Debug)]
pub struct Subscription {
    customer: String,
    pub(crate) plan: Plan,
}

impl Subscription {
    /// Reads a line such as `acme: team 5`. `None` if that is no subscription.
    pub fn parse(line: &str) -> Option<Subscription> {
        let (customer, plan) = line.split_once(": ")?;
        Some(Subscription {
            customer: customer.to_owned(),
            plan: plan::parse(plan)?,
        })
    }

    /// The customer's name.
    pub fn customer(&self) -> &str {
        &self.customer
    }
}

/// What a month costs, in cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invoice {
    /// What the plan costs, used or not.
    pub fee: u64,
    /// What the requests cost that are not included.
    pub usage: u64,
    /// Both.
    pub total: u64,
}

/// The invoice for a month with so many requests.
pub fn invoice(subscription: &Subscription, requests: u64) -> Invoice {
    let plan = subscription.plan;
    let (fee, usage) = (plan.fee(), plan.usage(requests));
    Invoice {
        fee,
        usage,
        total: fee + usage,
    }
}
