//! The test of the mail team. Its shop has one order and one address.

use split_the_store::{Emails, Order, OverdueOrders, reminders};

struct OneOrder;

impl OverdueOrders for OneOrder {
    fn overdue(&self, _day: u32) -> Vec<Order> {
        vec![Order {
            id: 7,
            customer: "ada".into(),
            cents: 900,
            due: 1,
            paid: false,
        }]
    }
}

impl Emails for OneOrder {
    fn email(&self, customer: &str) -> Option<String> {
        Some(format!("{customer}@example.com"))
    }
}

fn main() {
    assert_eq!(reminders(&OneOrder, 2).len(), 1);
}
