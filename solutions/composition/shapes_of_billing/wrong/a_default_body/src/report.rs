//! What the management and the dunning run want to know.

use std::collections::BTreeMap;

use crate::Subscription;

/// What all subscriptions bring in each month, before usage, in cents.
pub fn recurring(subscriptions: &[Subscription]) -> u64 {
    let fees = subscriptions.iter().map(|s| s.plan.terms().fee());
    fees.sum()
}

/// How many subscriptions each plan has, by the plan's name.
pub fn counts(subscriptions: &[Subscription]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for subscription in subscriptions {
        *counts.entry(subscription.plan.terms().name()).or_default() += 1;
    }
    counts
}

/// Whether a subscription is suspended whose invoice is overdue by so many days.
pub fn is_suspended(subscription: &Subscription, days_overdue: u32) -> bool {
    days_overdue > subscription.plan.terms().grace_days()
}
