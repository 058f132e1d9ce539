//! What support looks up about orders.

use rusqlite::{Connection, OptionalExtension, Result};

/// The tables. Times are seconds since 1970, UTC.
const TABLES: &str = "
    CREATE TABLE customers (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL
    ) STRICT;
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        customer INTEGER NOT NULL,
        placed_at INTEGER NOT NULL,
        status TEXT NOT NULL, -- open, paid, sent or returned
        total_cents INTEGER NOT NULL
    ) STRICT;
";

/// An index for each column that is asked for.
const INDEXES: &str = "
    CREATE INDEX a ON orders (customer);
    CREATE INDEX b ON orders (placed_at);
    CREATE INDEX c ON orders (status);
    CREATE INDEX d ON customers (email);
";

/// Makes the tables and the indexes in an empty database.
///
/// # Errors
///
/// Those of the database, here and below.
pub fn create(db: &Connection) -> Result<()> {
    db.execute_batch(TABLES)?;
    db.execute_batch(INDEXES)
}

/// The newest orders of a customer, at most so many, the newest first.
pub fn latest(db: &Connection, customer: i64, limit: u32) -> Result<Vec<i64>> {
    let mut query = db.prepare(
        "SELECT id FROM orders WHERE customer = ?1
         ORDER BY placed_at DESC LIMIT ?2",
    )?;
    query
        .query_map((customer, limit), |row| row.get(0))?
        .collect()
}

/// The orders that are still open although they were placed before a time, the oldest first.
pub fn open_since(db: &Connection, before: i64) -> Result<Vec<i64>> {
    let mut query = db.prepare(
        "SELECT id FROM orders WHERE status = 'open' AND placed_at < ?1
         ORDER BY placed_at",
    )?;
    query.query_map([before], |row| row.get(0))?.collect()
}

/// The customer with an address, in whatever case its ASCII letters are.
pub fn customer(db: &Connection, email: &str) -> Result<Option<i64>> {
    db.query_row(
        "SELECT id FROM customers WHERE lower(email) = lower(?1)",
        [email],
        |row| row.get(0),
    )
    .optional()
}

/// The orders of a month as `2026-03`: how many, and their total in cents.
pub fn month(db: &Connection, month: &str) -> Result<(i64, i64)> {
    db.query_row(
        "SELECT count(*), coalesce(sum(total_cents), 0) FROM orders
         WHERE strftime('%Y-%m', placed_at, 'unixepoch') = ?1",
        [month],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
