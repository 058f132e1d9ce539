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
    let (fee, usage) = match subscription.plan {
        Plan::Free => (0, 0),
        Plan::Team { seats } => (seats * 900, further(seats, requests)),
        Plan::Enterprise {
            seats,
            discount_percent,
        } => (
            seats * 900 - seats * 900 * discount_percent / 100,
            further(seats, requests),
        ),
        Plan::Metered => (0, requests.div_ceil(1_000) * 30),
    };
    Invoice {
        fee,
        usage,
        total: fee + usage,
    }
}

fn further(seats: u64, requests: u64) -> u64 {
    requests.saturating_sub(seats * 10_000).div_ceil(1_000) * 20
}
