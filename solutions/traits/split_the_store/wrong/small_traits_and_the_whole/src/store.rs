//! What the shop keeps.

use std::collections::BTreeMap;

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: u32,
    /// Who has ordered.
    pub customer: String,
    /// What it costs.
    pub cents: u64,
    /// The last day on which it can be paid in time.
    pub due: u32,
    /// Whether it is paid.
    pub paid: bool,
}

/// Tells where a customer can be reached.
pub trait Emails {
    /// A customer's address.
    fn email(&self, customer: &str) -> Option<String>;
}

/// Tells what should have been paid.
pub trait OverdueOrders {
    /// Orders that should have been paid before this day, by number.
    fn overdue(&self, day: u32) -> Vec<Order>;
}

/// Tells what a customer has ordered.
pub trait OrderHistory {
    /// All orders of a customer, by number.
    fn orders_of(&self, customer: &str) -> Vec<Order>;
}

/// Takes articles out of stock and puts them back: whoever does one needs the other.
pub trait Reservations {
    /// Takes articles out of stock, if there are enough. Answers whether there were.
    fn reserve(&mut self, article: &str, count: u32) -> bool;

    /// Puts reserved articles back.
    fn release(&mut self, article: &str, count: u32);
}

/// The store.
pub trait Store: Emails + OverdueOrders + OrderHistory + Reservations {
    /// Adds a customer, or changes the address.
    fn add_customer(&mut self, customer: &str, email: &str);

    /// Removes a customer's address.
    fn forget_customer(&mut self, customer: &str);

    /// The order of this number.
    fn order(&self, id: u32) -> Option<Order>;

    /// Adds an order.
    fn add_order(&mut self, order: Order);

    /// Notes that an order is paid.
    fn mark_paid(&mut self, id: u32);

    /// How many of an article can be reserved.
    fn in_stock(&self, article: &str) -> u32;

    /// Adds to an article's stock.
    fn restock(&mut self, article: &str, count: u32);
}

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    emails: BTreeMap<String, String>,
    orders: BTreeMap<u32, Order>,
    stock: BTreeMap<String, u32>,
}

impl Emails for MemoryStore {
    fn email(&self, customer: &str) -> Option<String> {
        self.emails.get(customer).cloned()
    }
}

impl OverdueOrders for MemoryStore {
    fn overdue(&self, day: u32) -> Vec<Order> {
        let orders = self.orders.values();
        let overdue = orders.filter(|order| !order.paid && order.due < day);
        overdue.cloned().collect()
    }
}

impl OrderHistory for MemoryStore {
    fn orders_of(&self, customer: &str) -> Vec<Order> {
        let orders = self.orders.values();
        let theirs = orders.filter(|order| order.customer == customer);
        theirs.cloned().collect()
    }
}

impl Reservations for MemoryStore {
    fn reserve(&mut self, article: &str, count: u32) -> bool {
        let Some(stock) = self.stock.get_mut(article) else {
            return count == 0;
        };
        let left = stock.checked_sub(count);
        *stock = left.unwrap_or(*stock);
        left.is_some()
    }

    fn release(&mut self, article: &str, count: u32) {
        self.restock(article, count);
    }
}

impl Store for MemoryStore {
    fn add_customer(&mut self, customer: &str, email: &str) {
        self.emails.insert(customer.to_owned(), email.to_owned());
    }

    fn forget_customer(&mut self, customer: &str) {
        self.emails.remove(customer);
    }

    fn order(&self, id: u32) -> Option<Order> {
        self.orders.get(&id).cloned()
    }

    fn add_order(&mut self, order: Order) {
        self.orders.insert(order.id, order);
    }

    fn mark_paid(&mut self, id: u32) {
        if let Some(order) = self.orders.get_mut(&id) {
            order.paid = true;
        }
    }

    fn in_stock(&self, article: &str) -> u32 {
        self.stock.get(article).copied().unwrap_or(0)
    }

    fn restock(&mut self, article: &str, count: u32) {
        *self.stock.entry(article.to_owned()).or_default() += count;
    }
}
