//! What the management and the dunning run want to know.

use std::collections::BTreeMap;

use crate::Subscription;
use crate::plan::Plan;

/// What all subscriptions bring in each month, before usage, in cents.
pub fn recurring(subscriptions: &[Subscription]) -> u64 {
    let fees = subscriptions.iter().map(|s| crate::invoice(s, 0).fee);
    fees.sum()
}

/// How many subscriptions each plan has, by the plan's name.
pub fn counts(subscriptions: &[Subscription]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for subscription in subscriptions {
        *counts.entry(name(&subscription.plan)).or_default() += 1;
    }
    counts
}

/// Whether a subscription is suspended whose invoice is overdue by so many days.
pub fn is_suspended(subscription: &Subscription, days_overdue: u32) -> bool {
    let grace = match subscription.plan {
        Plan::Free => 0,
        Plan::Team { .. } => 14,
        Plan::Enterprise { .. } => 60,
        Plan::Metered => 3,
    };
    days_overdue > grace
}

fn name(plan: &Plan) -> &'static str {
    match plan {
        Plan::Free => "free",
        Plan::Team { .. } => "team",
        Plan::Enterprise { .. } => "enterprise",
        Plan::Metered => "metered",
    }
}
