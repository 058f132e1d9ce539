//! Registers users.

use rusqlite::{Connection, ToSql};

/// The tables.
pub const SCHEMA: &str = "
    CREATE TABLE users (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        invited_by INTEGER REFERENCES users
    ) STRICT;
";

/// Somebody who wants to be a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewUser<'a> {
    /// Where mail goes. In whatever case its ASCII letters are, it is one address.
    pub email: &'a str,
    /// What the others see.
    pub name: &'a str,
    /// Who has invited them.
    pub invited_by: Option<i64>,
}

/// Why somebody can't be a user.
#[derive(Debug, PartialEq)]
pub enum RegisterError {
    /// There is a user with this address.
    EmailTaken,
    /// There is a user with this name.
    NameTaken,
    /// Nobody has the number of the one who is said to have invited them.
    UnknownInviter,
    /// The database has failed, or refuses for a reason that is not among these.
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for RegisterError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

/// Makes a user, and returns their number.
///
/// # Errors
///
/// As [`RegisterError`] has them. If several apply, one of them.
pub fn register(db: &Connection, new: &NewUser<'_>) -> Result<i64, RegisterError> {
    if exists(
        db,
        "SELECT 1 FROM users WHERE lower(email) = lower(?1)",
        new.email,
    )? {
        return Err(RegisterError::EmailTaken);
    }
    if exists(db, "SELECT 1 FROM users WHERE name = ?1", new.name)? {
        return Err(RegisterError::NameTaken);
    }
    if let Some(inviter) = new.invited_by
        && !exists(db, "SELECT 1 FROM users WHERE id = ?1", inviter)?
    {
        return Err(RegisterError::UnknownInviter);
    }
    db.execute(
        "INSERT INTO users (email, name, invited_by) VALUES (?1, ?2, ?3)",
        (new.email, new.name, new.invited_by),
    )?;
    Ok(db.last_insert_rowid())
}

fn exists(db: &Connection, query: &str, value: impl ToSql) -> Result<bool, RegisterError> {
    Ok(db.prepare(query)?.exists([value])?)
}
