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
    let mut orders = db.prepare("SELECT id FROM orders ORDER BY placed_at, id LIMIT ?1")?;
    let ids: Vec<i64> = orders
        .query_map([limit], |row| row.get(0))?
        .collect::<Result<_>>()?;
    ids.into_iter()
        .map(|id| {
            Ok(Order {
                id,
                customer: customer_of(db, id)?,
                items: items_of(db, id)?,
            })
        })
        .collect()
}

fn customer_of(db: &Connection, order: i64) -> Result<Option<String>> {
    db.query_row(
        "SELECT (SELECT name FROM customers WHERE customers.id = orders.customer)
         FROM orders WHERE id = ?1",
        [order],
        |row| row.get(0),
    )
}

fn items_of(db: &Connection, order: i64) -> Result<Vec<Item>> {
    let mut items =
        db.prepare("SELECT sku, quantity FROM items WHERE order_id = ?1 ORDER BY position")?;
    items
        .query_map([order], |row| {
            Ok(Item {
                sku: row.get(0)?,
                quantity: row.get(1)?,
            })
        })?
        .collect()
}
