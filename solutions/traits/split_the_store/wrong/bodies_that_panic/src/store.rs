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

/// The store.
pub trait Store {
    /// A customer's address.
    fn email(&self, _customer: &str) -> Option<String> {
        unimplemented!()
    }
    /// Adds a customer, or changes the address.
    fn add_customer(&mut self, _customer: &str, _email: &str) {
        unimplemented!()
    }
    /// Removes a customer's address.
    fn forget_customer(&mut self, _customer: &str) {
        unimplemented!()
    }

    /// The order of this number.
    fn order(&self, _id: u32) -> Option<Order> {
        unimplemented!()
    }
    /// Adds an order.
    fn add_order(&mut self, _order: Order) {
        unimplemented!()
    }
    /// Notes that an order is paid.
    fn mark_paid(&mut self, _id: u32) {
        unimplemented!()
    }
    /// All orders of a customer, by number.
    fn orders_of(&self, _customer: &str) -> Vec<Order> {
        unimplemented!()
    }
    /// Orders that should have been paid before this day, by number.
    fn overdue(&self, _day: u32) -> Vec<Order> {
        unimplemented!()
    }

    /// How many of an article can be reserved.
    fn in_stock(&self, _article: &str) -> u32 {
        unimplemented!()
    }
    /// Adds to an article's stock.
    fn restock(&mut self, _article: &str, _count: u32) {
        unimplemented!()
    }
    /// Takes articles out of stock, if there are enough. Answers whether there were.
    fn reserve(&mut self, _article: &str, _count: u32) -> bool {
        unimplemented!()
    }
    /// Puts reserved articles back.
    fn release(&mut self, _article: &str, _count: u32) {
        unimplemented!()
    }
}

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    emails: BTreeMap<String, String>,
    orders: BTreeMap<u32, Order>,
    stock: BTreeMap<String, u32>,
}

impl Store for MemoryStore {
    fn email(&self, customer: &str) -> Option<String> {
        self.emails.get(customer).cloned()
    }

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

    fn orders_of(&self, customer: &str) -> Vec<Order> {
        let orders = self.orders.values();
        let theirs = orders.filter(|order| order.customer == customer);
        theirs.cloned().collect()
    }

    fn overdue(&self, day: u32) -> Vec<Order> {
        let orders = self.orders.values();
        let overdue = orders.filter(|order| !order.paid && order.due < day);
        overdue.cloned().collect()
    }

    fn in_stock(&self, article: &str) -> u32 {
        self.stock.get(article).copied().unwrap_or(0)
    }

    fn restock(&mut self, article: &str, count: u32) {
        *self.stock.entry(article.to_owned()).or_default() += count;
    }

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
