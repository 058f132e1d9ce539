//! The parts of the shop that use the store.

use crate::{Emails, OrderHistory, OverdueOrders, Reservations};

/// The reminders to send on this day, as address and text: one for each overdue order whose customer has
/// an address.
pub fn reminders(store: &(impl OverdueOrders + Emails), day: u32) -> Vec<(String, String)> {
    let overdue = store.overdue(day).into_iter();
    let addressed = overdue.filter_map(|order| {
        let email = store.email(&order.customer)?;
        Some((email, format!("order {} is not paid", order.id)))
    });
    addressed.collect()
}

/// What a customer has ordered and not paid, in cents.
pub fn balance(store: &impl OrderHistory, customer: &str) -> u64 {
    let orders = store.orders_of(customer);
    let unpaid = orders.iter().filter(|order| !order.paid);
    unpaid.map(|order| order.cents).sum()
}

/// Reserves all of these articles, or none of them. Answers whether it did.
pub fn pick(store: &mut impl Reservations, articles: &[(&str, u32)]) -> bool {
    for (at, &(article, count)) in articles.iter().enumerate() {
        if !store.reserve(article, count) {
            for &(article, count) in &articles[..at] {
                store.release(article, count);
            }
            return false;
        }
    }
    true
}
