//! What the management and the dunning run want to know.

use std::collections::BTreeMap;

use crate::Subscription;
use crate::plan::FreePlan;

/// What all subscriptions bring in each month, before usage, in cents.
pub fn recurring(subscriptions: &[Subscription]) -> u64 {
    let teams = subscriptions.iter().filter_map(|s| s.plan.as_team());
    teams.map(|team| team.fee()).sum()
}

/// How many subscriptions each plan has, by the plan's name.
pub fn counts(subscriptions: &[Subscription]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for subscription in subscriptions {
        let name = if subscription.plan.as_any().is::<FreePlan>() {
            "free"
        } else if subscription.plan.as_team().is_some() {
            "team"
        } else {
            "other"
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}

/// Whether a subscription is suspended whose invoice is overdue by so many days.
pub fn is_suspended(subscription: &Subscription, days_overdue: u32) -> bool {
    let grace = match subscription.plan.as_team() {
        Some(_) => 14,
        None => 0,
    };
    days_overdue > grace
}
