//! What has gone wrong, and whose turn it is.

use std::error::Error;
use std::io;

use tokio_postgres::error::DbError;

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
                Some(said) if passes(said.code().code()) => {
                    StoreError::unavailable(action, told(said))
                }
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

/// Whether the class of the state is one of those that have to do with resources, locks and the operator.
fn passes(state: &str) -> bool {
    ["08", "40", "53", "55", "57"]
        .iter()
        .any(|class| state.starts_with(class))
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
