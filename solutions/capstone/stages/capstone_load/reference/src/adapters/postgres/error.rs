//! What has gone wrong, and whose turn it is.

use std::error::Error;
use std::io;

use tokio_postgres::error::{DbError, SqlState};

use crate::ports::StoreError;

/// Something has gone wrong on a connection.
#[derive(Debug)]
pub(super) enum Failure {
    /// What the driver says, or the server.
    Database(tokio_postgres::Error),
    /// A row that makes no sense: a database can be changed by others than us.
    Row(Box<dyn Error + Send + Sync>),
}

impl Failure {
    /// A row that makes no sense.
    pub(super) fn row(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Row(reason.into())
    }

    /// What it is for those who have asked for `action`.
    pub(super) fn of(self, action: &'static str) -> StoreError {
        match self {
            Self::Row(reason) => StoreError::new(action, reason),
            Self::Database(error) => match error.as_db_error() {
                Some(said) if passes(said.code()) => StoreError::unavailable(action, told(said)),
                Some(said) => StoreError::new(action, told(said)),
                None if is_lost(&error) => StoreError::unavailable(action, error),
                None => StoreError::new(action, error),
            },
        }
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

/// What the server has said. Not its details: in those are the values of rows, which are our users' affair.
fn told(said: &DbError) -> String {
    format!(
        "the database says {}: {}",
        said.code().code(),
        said.message()
    )
}

/// Whether the server's state says that nobody has to do anything but wait (PostgreSQL, appendix A). Mostly the classes
/// do not tell: a full disk is in that of too many connections, a dropped database in that of a shutdown.
fn passes(state: &SqlState) -> bool {
    const STATES: [SqlState; 9] = [
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::QUERY_CANCELED,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    // Class 08 is the connection.
    state.code().starts_with("08") || STATES.contains(state)
}

/// Whether there is no connection, or none any more, although nobody has refused one.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other};
    // Errors of these kinds are the driver's own, about an answer that it does not understand.
    let understood =
        |error: &io::Error| !matches!(error.kind(), InvalidData | InvalidInput | Other);
    let source = error.source().and_then(|source| source.downcast_ref());
    error.is_closed() || source.is_some_and(understood)
}
