//! Subscriptions and their invoices.

use crate::plan::{self, BasePlan, EnterprisePlan, FreePlan, MeteredPlan, TeamPlan};

/// A customer with a plan.
#[derive(Debug)]
pub struct Subscription {
    customer: String,
    pub(crate) plan: Box<dyn BasePlan>,
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
    let plan = subscription.plan.as_any();
    let (fee, usage) = if plan.is::<FreePlan>() {
        (0, 0)
    } else if let Some(enterprise) = plan.downcast_ref::<EnterprisePlan>() {
        let discount = enterprise.team.fee() * enterprise.discount_percent / 100;
        let further = requests.saturating_sub(enterprise.team.included());
        (
            enterprise.team.fee() - discount,
            further.div_ceil(1_000) * 20,
        )
    } else if let Some(team) = plan.downcast_ref::<TeamPlan>() {
        let further = requests.saturating_sub(team.included());
        (team.fee(), further.div_ceil(1_000) * 20)
    } else if plan.is::<MeteredPlan>() {
        (0, requests.div_ceil(1_000) * 30)
    } else {
        unreachable!("a plan without prices: {:?}", subscription.plan)
    };
    Invoice {
        fee,
        usage,
        total: fee + usage,
    }
}
