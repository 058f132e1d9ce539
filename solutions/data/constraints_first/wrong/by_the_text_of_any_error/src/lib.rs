//! Registers users.

use rusqlite::Connection;

/// The tables.
pub const SCHEMA: &str = "
    CREATE TABLE users (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL UNIQUE COLLATE NOCASE,
        name TEXT NOT NULL UNIQUE,
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
        let text = error.to_string();
        if text.contains("users.email") {
            Self::EmailTaken
        } else if text.contains("users.name") {
            Self::NameTaken
        } else if text.contains("FOREIGN KEY") {
            Self::UnknownInviter
        } else {
            Self::Database(error)
        }
    }
}

/// Makes a user, and returns their number.
///
/// # Errors
///
/// As [`RegisterError`] has them. If several apply, one of them.
pub fn register(db: &Connection, new: &NewUser<'_>) -> Result<i64, RegisterError> {
    // Nothing is asked before. Between a question and the insert there is room for somebody else, and the database
    // checks in any case.
    db.execute(
        "INSERT INTO users (email, name, invited_by) VALUES (?1, ?2, ?3)",
        (new.email, new.name, new.invited_by),
    )?;
    Ok(db.last_insert_rowid())
}
