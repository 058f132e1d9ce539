//! The list of orders that the warehouse works through.

use std::collections::HashMap;

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
    // Both statements see the same state of the database.
    let snapshot = db.unchecked_transaction()?;
    let mut query = snapshot.prepare(
        "SELECT orders.id, customers.name
         FROM orders LEFT JOIN customers ON customers.id = orders.customer
         ORDER BY placed_at, orders.id LIMIT ?1",
    )?;
    let mut orders = query
        .query_map([limit], |row| {
            Ok(Order {
                id: row.get(0)?,
                customer: row.get(1)?,
                items: Vec::new(),
            })
        })?
        .collect::<Result<Vec<_>>>()?;
    let places: HashMap<i64, usize> = orders
        .iter()
        .enumerate()
        .map(|(place, order)| (order.id, place))
        .collect();
    let mut query = snapshot.prepare(
        "SELECT order_id, sku, quantity FROM items
         WHERE order_id IN (SELECT id FROM orders ORDER BY placed_at, id LIMIT ?1)
         ORDER BY order_id, position",
    )?;
    let mut rows = query.query([limit])?;
    while let Some(row) = rows.next()? {
        if let Some(&place) = places.get(&row.get(0)?) {
            orders[place].items.push(Item {
                sku: row.get(1)?,
                quantity: row.get(2)?,
            });
        }
    }
    Ok(orders)
}
