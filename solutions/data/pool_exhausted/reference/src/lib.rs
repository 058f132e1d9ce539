//! Takes orders.

mod pool;

use rusqlite::{Connection, OptionalExtension};

pub use pool::{Exhausted, Pool, Pooled};

/// The tables.
pub const SCHEMA: &str = "
    CREATE TABLE products (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL) STRICT;
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY,
        product INTEGER NOT NULL,
        cents INTEGER NOT NULL,
        status TEXT NOT NULL -- pending, paid or refused
    ) STRICT;
    CREATE TABLE journal (number INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;
";

/// Why an order was not paid.
#[derive(Debug, PartialEq)]
pub enum PlaceError {
    /// There is no such product.
    UnknownProduct,
    /// The payment was refused, and why.
    Refused(String),
    /// The pool had no connection.
    Exhausted,
    /// The database has failed.
    Database(rusqlite::Error),
}

impl From<Exhausted> for PlaceError {
    fn from(_: Exhausted) -> Self {
        Self::Exhausted
    }
}

impl From<rusqlite::Error> for PlaceError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// The shop.
#[derive(Debug)]
pub struct Shop {
    pool: Pool,
}

impl Shop {
    /// A shop whose tables are there already.
    #[must_use]
    pub fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// Where its connections come from.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    /// The status of an order, if there is one.
    ///
    /// # Errors
    ///
    /// Those of the pool and the database, here and below.
    pub fn status(&self, order: i64) -> Result<Option<String>, PlaceError> {
        let db = self.pool.get()?;
        let status = db
            .query_row("SELECT status FROM orders WHERE id = ?1", [order], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(status)
    }

    /// What has happened, line by line.
    pub fn journal(&self) -> Result<Vec<String>, PlaceError> {
        let db = self.pool.get()?;
        let mut lines = db.prepare("SELECT line FROM journal ORDER BY number")?;
        let lines = lines.query_map([], |row| row.get(0))?;
        Ok(lines.collect::<Result<_, _>>()?)
    }

    /// Places an order and has it paid: `pay` gets the order's number and the cents, and asks a service that takes
    /// seconds on a bad day. Returns the order's number.
    pub fn place(
        &self,
        product: i64,
        pay: impl FnOnce(i64, i64) -> Result<(), String>,
    ) -> Result<i64, PlaceError> {
        let (order, cents) = self.begin(product)?;
        // Nothing is borrowed here, neither a connection nor a lock. If the process dies now, the order is there
        // as pending, and somebody can ask the payment service what became of it.
        let paid = pay(order, cents);
        self.end(order, paid.is_ok())?;
        paid.map_err(PlaceError::Refused)?;
        Ok(order)
    }

    fn begin(&self, product: i64) -> Result<(i64, i64), PlaceError> {
        let db = self.pool.get()?;
        let cents = price(&db, product)?;
        db.execute(
            "INSERT INTO orders (product, cents, status) VALUES (?1, ?2, 'pending')",
            (product, cents),
        )?;
        Ok((db.last_insert_rowid(), cents))
    }

    fn end(&self, order: i64, paid: bool) -> Result<(), PlaceError> {
        let status = if paid { "paid" } else { "refused" };
        let mut db = self.pool.get()?;
        let transaction = db.transaction()?;
        transaction.execute(
            "UPDATE orders SET status = ?2 WHERE id = ?1",
            (order, status),
        )?;
        note(&transaction, &format!("order {order} {status}"))?;
        Ok(transaction.commit()?)
    }
}

// These take a connection and do not get one: whoever calls them has one already, and perhaps a transaction that
// they have to be part of.

fn price(db: &Connection, product: i64) -> Result<i64, PlaceError> {
    db.query_row(
        "SELECT cents FROM products WHERE id = ?1",
        [product],
        |row| row.get(0),
    )
    .optional()?
    .ok_or(PlaceError::UnknownProduct)
}

fn note(db: &Connection, line: &str) -> Result<(), PlaceError> {
    db.execute("INSERT INTO journal (line) VALUES (?1)", [line])?;
    Ok(())
}
