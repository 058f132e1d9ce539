//! Accounts, and transfers between them.

use rusqlite::{Connection, OptionalExtension};

/// The tables.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS accounts (
        id INTEGER PRIMARY KEY,
        cents INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS entries (
        number INTEGER PRIMARY KEY,
        payer INTEGER NOT NULL,
        payee INTEGER NOT NULL,
        cents INTEGER NOT NULL
    ) STRICT;
";

/// Money to be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Whose account it leaves.
    pub payer: i64,
    /// Whose account it reaches.
    pub payee: i64,
    /// How much.
    pub cents: u32,
}

/// Why nothing was moved.
#[derive(Debug, PartialEq)]
pub enum Failure {
    /// There is no such account.
    Unknown(i64),
    /// The payer has too little.
    NotEnough,
    /// A rule of the house says no, and why.
    Refused(String),
    /// The database says no.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// What the product teams think of: gets the balances of payer and payee as they would be afterwards. It is other
/// people's code, and has had its bugs.
pub type Rule<'a> = &'a dyn Fn(i64, i64) -> Result<(), String>;

/// The accounts.
#[derive(Debug)]
pub struct Bank {
    db: Connection,
}

impl Bank {
    /// The bank in a database, which may be new.
    ///
    /// # Errors
    ///
    /// Those of the database, here and below.
    pub fn new(db: Connection) -> Result<Self, Failure> {
        db.execute_batch(SCHEMA)?;
        Ok(Self { db })
    }

    /// Makes an account.
    pub fn open(&mut self, id: i64, cents: i64) -> Result<(), Failure> {
        self.db
            .execute("INSERT INTO accounts VALUES (?1, ?2)", (id, cents))?;
        Ok(())
    }

    /// What is in an account.
    pub fn balance(&self, id: i64) -> Result<i64, Failure> {
        balance(&self.db, id)
    }

    /// Every transfer that was made, in order.
    pub fn entries(&self) -> Result<Vec<Transfer>, Failure> {
        let mut entries = self
            .db
            .prepare("SELECT payer, payee, cents FROM entries ORDER BY number")?;
        let entries = entries.query_map([], |row| {
            Ok(Transfer {
                payer: row.get(0)?,
                payee: row.get(1)?,
                cents: row.get(2)?,
            })
        })?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// Makes a transfer, with its entry.
    pub fn transfer(&mut self, transfer: Transfer, rule: Rule<'_>) -> Result<(), Failure> {
        self.db.execute_batch("BEGIN")?;
        let Transfer {
            payer,
            payee,
            cents,
        } = transfer;
        self.db.execute(
            "UPDATE accounts SET cents = cents - ?2 WHERE id = ?1",
            (payer, cents),
        )?;
        self.db.execute(
            "UPDATE accounts SET cents = cents + ?2 WHERE id = ?1",
            (payee, cents),
        )?;
        self.db.execute(
            "INSERT INTO entries (payer, payee, cents) VALUES (?1, ?2, ?3)",
            (payer, payee, cents),
        )?;
        let (left, reached) = (self.balance(payer)?, self.balance(payee)?);
        if left < 0 {
            return Err(Failure::NotEnough);
        }
        rule(left, reached).map_err(Failure::Refused)?;
        self.db.execute_batch("COMMIT")?;
        Ok(())
    }

    /// Makes all of these transfers, or none.
    ///
    /// # Errors
    ///
    /// The first that fails, by its place in the list.
    pub fn transfer_all(
        &mut self,
        transfers: &[Transfer],
        rule: Rule<'_>,
    ) -> Result<(), (usize, Failure)> {
        for (at, transfer) in transfers.iter().enumerate() {
            self.transfer(*transfer, rule)
                .map_err(|failure| (at, failure))?;
        }
        Ok(())
    }
}

fn balance(db: &Connection, id: i64) -> Result<i64, Failure> {
    db.query_row("SELECT cents FROM accounts WHERE id = ?1", [id], |row| {
        row.get(0)
    })
    .optional()?
    .ok_or(Failure::Unknown(id))
}
