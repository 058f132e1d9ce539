//! Registers users.

use rusqlite::{Connection, ErrorCode, OptionalExtension};

/// The tables.
pub const SCHEMA: &str = "
    CREATE TABLE users (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        invited_by INTEGER REFERENCES users
    ) STRICT;
    CREATE UNIQUE INDEX one_user_per_email ON users (lower(email));
    CREATE UNIQUE INDEX one_user_per_name ON users (name);
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
    let insert = |what: &str| {
        let sql = format!(
            "INSERT INTO users (email, name, invited_by) VALUES (?1, ?2, ?3)
             ON CONFLICT {what} DO NOTHING RETURNING id"
        );
        db.query_row(&sql, (new.email, new.name, new.invited_by), |row| {
            row.get(0)
        })
        .optional()
    };
    // Each insert ignores one conflict and fails at the others, so what is ignored is what is in the way.
    match insert("(name)") {
        Ok(Some(id)) => Ok(id),
        Ok(None) => Err(RegisterError::NameTaken),
        Err(error) if !is_unique(&error) => Err(inviter_or(error)),
        Err(_) => match insert("(lower(email))").map_err(inviter_or)? {
            Some(id) => Ok(id),
            None => Err(RegisterError::EmailTaken),
        },
    }
}

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    let failure = error.sqlite_error()?;
    (failure.code == ErrorCode::ConstraintViolation).then_some(failure.extended_code)
}

fn is_unique(error: &rusqlite::Error) -> bool {
    extended_code(error) == Some(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
}

fn inviter_or(error: rusqlite::Error) -> RegisterError {
    if extended_code(&error) == Some(rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY) {
        return RegisterError::UnknownInviter;
    }
    error.into()
}
