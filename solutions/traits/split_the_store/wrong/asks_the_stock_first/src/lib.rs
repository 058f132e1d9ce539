//! A shop: its store, and three parts that use it.

mod callers;
mod store;

pub use callers::{balance, pick, reminders};
pub use store::{Emails, MemoryStore, Order, OrderHistory, OverdueOrders, Reservations};
