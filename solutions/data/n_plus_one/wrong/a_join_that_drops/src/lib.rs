//! The list of orders that the warehouse works through.

use rusqlite::{Connection, Result};

/// The tables, as the migrations left them.
pub const SCHEMA: &str = "
    CREATE TABLE customers (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL
    ) STRICT;
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        customer INTEGER REFERENCES customers, -- NULL: the customer's account was deleted
        placed_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX orders_placed ON orders (placed_at);
    CREATE TABLE items (
        order_id INTEGER NOT NULL REFERENCES orders,
        position INTEGER NOT NULL,
        sku TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        PRIMARY KEY (order_id, position)
    ) STRICT, WITHOUT ROWID;
";

/// An order as the warehouse sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: i64,
    /// The customer's name, if there is still an account.
    pub customer: Option<String>,
    /// What is in it, by position. May be empty: a customer can take out what was put in.
    pub items: Vec<Item>,
}

/// Some of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub sku: String,
    /// How many of it.
    pub quantity: i64,
}

/// The oldest orders, at most so many, the oldest first; of those placed in the same second the one with
/// the smaller number.
///
/// # Errors
///
/// Those of the database.
pub fn oldest(db: &Connection, limit: u32) -> Result<Vec<Order>> {
    // The limit is for orders, so it is applied before items multiply the rows. Both joins keep what has no
    // partner: an order without a customer or without items is still an order.
    let mut rows = db.prepare(
        "WITH page AS (SELECT id, customer, placed_at FROM orders ORDER BY placed_at, id LIMIT ?1)
         SELECT page.id, customers.name, items.sku, items.quantity
         FROM page
         JOIN customers ON customers.id = page.customer
         JOIN items ON items.order_id = page.id
         ORDER BY page.placed_at, page.id, items.position",
    )?;
    let mut rows = rows.query([limit])?;
    let mut orders: Vec<Order> = Vec::new();
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        // The rows of an order stand together, so the last order is the only one to look at.
        if orders.last().is_none_or(|order| order.id != id) {
            orders.push(Order {
                id,
                customer: row.get(1)?,
                items: Vec::new(),
            });
        }
        if let (Some(order), Some(sku)) = (orders.last_mut(), row.get(2)?) {
            let quantity = row.get(3)?;
            order.items.push(Item { sku, quantity });
        }
    }
    Ok(orders)
}
