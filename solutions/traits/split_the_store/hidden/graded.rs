//! The callers with fakes, as their teams write them.

use split_the_store::{
    Emails, Order, OrderHistory, OverdueOrders, Reservations, balance, pick, reminders,
};

/// Orders of numbered customers. Every third customer has no address.
struct Fake(u32);

fn order(id: u32) -> Order {
    Order {
        id,
        customer: format!("c{id}"),
        cents: u64::from(id),
        due: 0,
        paid: id.is_multiple_of(2),
    }
}

impl OverdueOrders for Fake {
    fn overdue(&self, day: u32) -> Vec<Order> {
        (0..self.0.min(day)).map(order).collect()
    }
}

impl Emails for Fake {
    fn email(&self, customer: &str) -> Option<String> {
        let number: u32 = customer[1..].parse().ok()?;
        (!number.is_multiple_of(3)).then(|| format!("{customer}@example.com"))
    }
}

impl OrderHistory for Fake {
    fn orders_of(&self, _customer: &str) -> Vec<Order> {
        (0..self.0).map(order).collect()
    }
}

#[test]
fn reminders_ask_for_orders_and_addresses_only() {
    let letters = reminders(&Fake(9), 6);
    let addresses: Vec<&str> = letters.iter().map(|(email, _)| &**email).collect();
    assert_eq!(
        addresses,
        [
            "c1@example.com",
            "c2@example.com",
            "c4@example.com",
            "c5@example.com"
        ],
        "six overdue orders, of customers 0 to 5; 0 and 3 have no address"
    );
}

#[test]
fn a_balance_asks_for_the_history_only() {
    for orders in 0..20 {
        let expected: u64 = (0..u64::from(orders)).filter(|id| id % 2 == 1).sum();
        let fake = Fake(orders);
        let history: &dyn OrderHistory = &fake;
        assert_eq!(balance(history, "any"), expected, "{orders} orders");
    }
}

#[derive(Default)]
struct Shelf {
    short: usize,
    calls: Vec<String>,
}

impl Reservations for Shelf {
    fn reserve(&mut self, article: &str, count: u32) -> bool {
        self.calls.push(format!("+{count} {article}"));
        self.calls.len() != self.short
    }

    fn release(&mut self, article: &str, count: u32) {
        self.calls.push(format!("-{count} {article}"));
    }
}

#[test]
fn a_pick_puts_back_exactly_what_it_took() {
    let articles = [("a", 1), ("b", 2), ("c", 3), ("d", 4)];
    for short in 1..=4 {
        let mut shelf = Shelf {
            short,
            ..Shelf::default()
        };
        assert!(!pick(&mut shelf, &articles), "article {short} is short");
        let taken: u32 = (1..short as u32).sum();
        let back: u32 = shelf
            .calls
            .iter()
            .filter_map(|call| call.strip_prefix('-')?[..1].parse::<u32>().ok())
            .sum();
        assert_eq!(
            back, taken,
            "what went back, if article {short} is short: {:?}",
            shelf.calls
        );
    }
}
