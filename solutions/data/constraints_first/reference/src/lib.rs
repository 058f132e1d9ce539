//! Registers users.

use rusqlite::{Connection, ffi};

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
        // First by the code, which says what kind of constraint it was, then by the column, for which there is only
        // the text. A text alone could come from anywhere, a trigger for instance.
        let rusqlite::Error::SqliteFailure(failure, Some(text)) = &error else {
            return Self::Database(error);
        };
        match (failure.extended_code, text.as_str()) {
            (ffi::SQLITE_CONSTRAINT_UNIQUE, "UNIQUE constraint failed: users.email") => {
                Self::EmailTaken
            }
            (ffi::SQLITE_CONSTRAINT_UNIQUE, "UNIQUE constraint failed: users.name") => {
                Self::NameTaken
            }
            (ffi::SQLITE_CONSTRAINT_FOREIGNKEY, _) => Self::UnknownInviter,
            _ => Self::Database(error),
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
